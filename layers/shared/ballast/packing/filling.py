"""What should one instance hold, if each copy has a value, and which first plan follows? `knapsack` has better patterns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ballast.packing.problem import Batch, Needs, Pattern, Problem


def room(needs: Needs, free: Sequence[int]) -> int:
    """How many copies fit into what is free."""
    return min([free[column] // amount for column, amount in needs])


def worth(pattern: Pattern, values: Sequence[float]) -> float:
    return sum([values[item] * copies for item, copies in pattern.items()])


def fill(problem: Problem, pool: int, left: Sequence[int], values: Sequence[float]) -> Pattern:
    """Copy by copy (a few at a time while there is much room), the one worth most for its share of the free room.

    What runs short gets dear, so that the resources run out together.
    """
    needs, free = problem.needs, list(problem.capacity[pool])
    pattern: Pattern = {}
    live = [item for item in problem.items_of[pool] if left[item]]
    while live:
        scarcity = [1 / amount if amount else 0.0 for amount in free]
        best, chosen, still = -1.0, -1, []
        for item in live:
            share = 0.0
            for column, amount in needs[item]:
                if amount > free[column]:
                    break
                share += amount * scarcity[column]
            else:
                still.append(item)
                if values[item] > best * share:
                    best, chosen = values[item] / share, item
        if chosen < 0:
            break
        rest = left[chosen] - pattern.get(chosen, 0)
        copies = min(rest, max(1, room(needs[chosen], free) // 6))
        pattern[chosen] = pattern.get(chosen, 0) + copies
        for column, amount in needs[chosen]:
            free[column] -= copies * amount
        live = still if copies < rest else [item for item in still if item != chosen]
    return pattern


def corrected_plan(
    problem: Problem, count: Sequence[int], values: Sequence[float], pools: Iterable[int], rounds: int
) -> tuple[list[Batch], list[Batch]]:
    """The cheapest plan of a few rounds of sequential value correction, and every pattern that was looked at.

    An item that ended up on badly filled instances cost more than its value: it is worth more in the next round and gets
    its place earlier (the idea: Belov and Scheithauer, "Setup and open-stacks minimization", 2007).
    """
    values = [max(value, 1e-9) for value in values]
    tried: list[Batch] = []
    best: list[Batch] = []
    best_cost = float("inf")
    for _ in range(rounds):
        plan, paid = _greedy_plan(problem, count, values, pools, tried)
        cost = problem.cost(plan)
        if cost < best_cost - 1e-9:
            best, best_cost = plan, cost
        values = [(value + spent / n) / 2 if n else value for value, spent, n in zip(values, paid, count, strict=True)]
    return best, tried


def _greedy_plan(
    problem: Problem, count: Sequence[int], values: list[float], pools: Iterable[int], tried: list[Batch]
) -> tuple[list[Batch], list[float]]:
    """A plan, and what each item paid in it in $/h: its value's share of the instances that hold it."""
    left = list(count)
    plan: list[Batch] = []
    paid = [0.0] * len(left)
    offers: dict[int, tuple[float, Pattern]] = {}
    while any(left):
        for pool in pools:
            # An offer stands for as long as there are tasks for it: with fewer tasks left, fill() takes the same steps.
            if pool not in offers or any(left[item] < n for item, n in offers[pool][1].items()):
                pattern = fill(problem, pool, left, values)
                offers[pool] = worth(pattern, values) / problem.price[pool], pattern
                if pattern:
                    tried.append(Batch(pool, pattern, 1))
        pool = max(offers, key=lambda t: offers[t][0])
        gain, pattern = offers[pool]
        times = min([left[item] // n for item, n in pattern.items()])
        plan.append(problem.cheapest_for(Batch(pool, pattern, times)))
        for item, n in pattern.items():
            left[item] -= times * n
            paid[item] += times * n * values[item] / gain
    return plan, paid
