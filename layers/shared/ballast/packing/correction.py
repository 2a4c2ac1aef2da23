"""How does a first plan come about? Best pattern for the money first, then each item re-valued at what it really cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ballast.packing.filling import fill, worth
from ballast.packing.problem import Batch, Pattern, Problem


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
