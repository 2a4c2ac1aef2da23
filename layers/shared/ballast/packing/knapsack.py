"""Which pattern is worth most on one instance? A bound, and a bounded search below it: exact answers cost too much."""

from __future__ import annotations

from collections.abc import Sequence

from ballast.packing.problem import Pattern, Problem

type Weights = dict[int, float]  # by column, sum 1


def tighten(problem: Problem, pool: int, left: Sequence[int], values: Sequence[float], weights: Weights) -> float:
    """Shifts `weights` towards those that prove the lowest bound on the worth of any pattern, and returns that bound.

    Whatever the weights: no pattern is worth more than the densest item, in value per weighted share of the instance.
    """
    capacity = problem.capacity[pool]
    items = [
        (values[item], [(column, amount / capacity[column]) for column, amount in problem.needs[item]])
        for item in problem.items_of[pool]
        if left[item] and values[item] > 0
    ]
    best, best_weights, step = float("inf"), dict(weights), 0.5
    for _ in range(10 if items else 0):
        density, shares = max([(value / sum([weights[c] * x for c, x in parts]), parts) for value, parts in items])
        if density < best:
            best, best_weights = density, dict(weights)
        uses = dict(shares)
        mean = sum([weights[c] * x for c, x in shares])
        for c, weight in weights.items():
            use = uses.get(c, 0.0)
            shift = step * (use - mean) / (use + mean) / 2
            weights[c] = max(1e-4, weight * (1 + shift) / (1 - shift))
        total = sum(weights.values())
        for c in weights:
            weights[c] /= total
        step *= 0.8
    weights.update(best_weights)
    return best if items else 0.0


def search(  # noqa: PLR0917 -- a hot loop: what it needs, in order
    problem: Problem,
    pool: int,
    left: Sequence[int],
    values: Sequence[float],
    weights: Weights,
    above: float,
    leaves: int,
) -> Pattern | None:
    """The first `leaves` leaves of branch and bound for a pattern worth more than `above`: the best of them, or None.

    Depth first, densest item first, most copies first. A branch ends when its worth, plus the weighted free room at
    the density of the next item, does not exceed the best so far.
    """
    capacity = problem.capacity[pool]
    rate = {column: weight / capacity[column] for column, weight in weights.items()}
    branches = sorted(
        (sum([rate[column] * amount for column, amount in problem.needs[item]]) / values[item], item)
        for item in problem.items_of[pool]
        if left[item] and values[item] > 0
    )
    items = [item for _, item in branches]
    density = [1 / inverse for inverse, _ in branches] + [0.0]
    copies = [0] * len(items)
    free, total, hope = list(capacity), 0.0, 1.0
    best: Pattern | None = None
    depth = 0
    for _ in range(leaves):
        while depth < len(items) and total + hope * density[depth] > above:
            item = items[depth]
            n = left[item]
            for column, amount in problem.needs[item]:
                if free[column] < n * amount:
                    n = free[column] // amount
            if n:
                copies[depth] = n
                total += n * values[item]
                hope -= n * values[item] / density[depth]
                for column, amount in problem.needs[item]:
                    free[column] -= n * amount
            depth += 1
        if depth == len(items) and total > above:
            above = total * (1 + 1e-9)
            best = {items[i]: n for i, n in enumerate(copies) if n}
        while depth:  # back to the deepest item that can give up a copy and leave hope
            depth -= 1
            if not copies[depth]:
                continue
            item = items[depth]
            value, size = values[item], values[item] / density[depth]
            hopeful = total - value + (hope + size) * density[depth + 1] > above
            out = 1 if hopeful else copies[depth]
            copies[depth] -= out
            total -= out * value
            hope += out * size
            for column, amount in problem.needs[item]:
                free[column] += out * amount
            if hopeful:
                depth += 1
                break
        else:
            break
    return best
