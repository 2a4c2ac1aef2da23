"""What should one instance hold, if each copy has a value? By greed, or by a bounded search: exact answers cost too much."""

from __future__ import annotations

from collections.abc import Sequence

from ballast.packing.bound import Weights, shift
from ballast.packing.problem import Pattern, Problem, room


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
        copies = min(rest, max(1, room(needs[chosen], free) // 5))
        pattern[chosen] = pattern.get(chosen, 0) + copies
        for column, amount in needs[chosen]:
            free[column] -= copies * amount
        live = still if copies < rest else [item for item in still if item != chosen]
    return pattern


def contenders(problem: Problem, pool: int, left: Sequence[int], values: Sequence[float]) -> list[int]:
    """The items of a best pattern: none that a lighter one, worth as much and plentiful, could replace."""
    live = [item for item in problem.items_of[pool] if left[item] and values[item] > 0]
    plentiful = {item for item in live if left[item] >= room(problem.needs[item], problem.capacity[pool])}
    return [i for i in live if not any(j in plentiful and values[j] >= values[i] for j in problem.lighter[i])]


def tighten(problem: Problem, pool: int, items: Sequence[int], values: Sequence[float], weights: Weights) -> float:
    """Shifts `weights` towards those that prove the lowest bound on the worth of any pattern, and returns that bound.

    Whatever the weights: no pattern is worth more than the densest item, in value per weighted share of the instance.
    """
    shares = {item: problem.shares(item, pool) for item in items}
    best, best_weights, step = float("inf"), dict(weights), 0.8
    for _ in range(10):
        density, item = max([(values[i] / sum([weights[c] * x for c, x in shares[i]]), i) for i in items])
        if density < best:
            best, best_weights = density, dict(weights)
        shift(weights, dict(shares[item]), step, 1e-4)
        step *= 0.7
    weights.update(best_weights)
    return best


def search(  # noqa: PLR0917 -- a hot loop: what it needs, in order
    problem: Problem,
    pool: int,
    items: Sequence[int],
    left: Sequence[int],
    values: Sequence[float],
    weights: Weights,
    above: float,
    steps: int,
) -> tuple[Pattern, int]:
    """The best pattern worth more than `above` that `steps` steps of branch and bound find ({}: none); the steps left.

    Depth first, densest item first, most copies first. A branch ends when its worth, plus the weighted free room at
    the density of the next item, does not exceed the best so far.
    """
    needs, free = problem.needs, list(problem.capacity[pool])
    size = {item: sum([weights[c] * x for c, x in problem.shares(item, pool)]) for item in items}
    order = sorted(items, key=lambda item: (-values[item] / size[item], item))
    density = [*(values[item] / size[item] for item in order), 0.0]
    best: Pattern = {}
    chosen: Pattern = {}

    def descend(depth: int, total: float, hope: float) -> None:
        nonlocal above, best, steps
        while steps > 0 and total + hope * density[depth] > above:
            steps -= 1
            if depth == len(order):
                above, best = total * (1 + 1e-9), dict(chosen)
                return
            item = order[depth]
            depth += 1
            copies = left[item]
            for column, amount in needs[item]:
                if free[column] < copies * amount:
                    copies = free[column] // amount
            while copies:
                value, rest = total + copies * values[item], hope - copies * size[item]
                if value + rest * density[depth] <= above:
                    break
                chosen[item] = copies
                for column, amount in needs[item]:
                    free[column] -= copies * amount
                descend(depth, value, rest)
                for column, amount in needs[item]:
                    free[column] += copies * amount
                del chosen[item]
                copies -= 1

    descend(0, 0.0, 1.0)
    return best, steps
