"""What should one instance hold, if each copy has a value? Quick answers, then better ones; an exact one costs too much."""

from __future__ import annotations

from collections.abc import Sequence

from ballast.packing.problem import Needs, Pattern, Problem

FIRST = True
type Weights = dict[int, float]


def room(needs: Needs, free: Sequence[int]) -> int:
    """How many copies fit into what is free."""
    return min([free[column] // amount for column, amount in needs])


def worth(pattern: Pattern, values: Sequence[float]) -> float:
    return sum([values[item] * copies for item, copies in pattern.items()])


def fill(problem: Problem, pool: int, left: Sequence[int], values: Sequence[float]) -> Pattern:
    """Copy by copy (a few at a time while there is much room), the one worth most for its share of the free room.

    What runs short gets dear, so the resources run out together.
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


def tighten(problem: Problem, pool: int, left: Sequence[int], values: Sequence[float], weights: Weights) -> float:
    """Shifts `weights` towards those that prove the lowest bound on the worth of any pattern, and returns that bound.

    With weights that sum to 1, no pattern is worth more than the best item's value per weighted share of the instance.
    """
    capacity = problem.capacity[pool]
    items = [
        (values[item], [(c, amount / capacity[c]) for c, amount in problem.needs[item]])
        for item in problem.items_of[pool]
        if left[item] and values[item] > 0
    ]
    best, best_weights, step = float("inf"), dict(weights), 0.5
    for _ in range(10):
        densest, shares = 0.0, []
        for value, parts in items:
            density = value / sum([weights[c] * x for c, x in parts])
            if density > densest:
                densest, shares = density, parts
        if densest < best:
            best, best_weights = densest, dict(weights)
        mean = sum([weights[c] * x for c, x in shares])
        if not mean:
            return 0.0
        uses = dict(shares)
        for c in weights:
            x = uses.get(c, 0.0)
            shift = step * (x - mean) / (x + mean) / 2
            weights[c] = max(1e-4, weights[c] * (1 + shift) / (1 - shift))
        total = sum(weights.values())
        for c in weights:
            weights[c] /= total
        step *= 0.8
    weights.update(best_weights)
    return best


def search(
    problem: Problem,
    pool: int,
    left: Sequence[int],
    values: Sequence[float],
    weights: Weights,
    above: float,
    tries: int,
) -> Pattern | None:
    """The first `tries` leaves of branch and bound for a pattern worth more than `above`, the best of them or None.

    Depth first, densest item first, most copies first; a branch ends when its worth plus the weighted free room at the
    next item's density does not exceed the best so far.
    """
    capacity = problem.capacity[pool]
    rate = {c: w / capacity[c] for c, w in weights.items()}
    size = {
        item: sum([rate[c] * amount for c, amount in problem.needs[item]])
        for item in problem.items_of[pool]
        if left[item] and values[item] > 0
    }
    order = sorted(size, key=lambda item: size[item] / values[item])
    branches = [
        (values[item], size[item], values[item] / size[item], left[item], problem.needs[item]) for item in order
    ]
    free, weighted_room, total = list(capacity), 1.0, 0.0
    copies = [0] * len(order)
    best: Pattern | None = None
    depth = 0
    for _ in range(tries):
        while depth < len(order) and total + weighted_room * branches[depth][2] > above:
            value, weight, _, n, needs = branches[depth]
            for c, amount in needs:
                if free[c] < n * amount:
                    n = free[c] // amount
            if n:
                copies[depth] = n
                total += n * value
                weighted_room -= n * weight
                for c, amount in needs:
                    free[c] -= n * amount
            depth += 1
        if depth == len(order) and total > above:
            above = total * (1 + 1e-9)
            best = {order[i]: n for i, n in enumerate(copies) if n}
        depth -= 1
        while depth >= 0:  # back to the deepest item that can give up a copy and still hope
            n = copies[depth]
            if n:
                value, weight, _, _, needs = branches[depth]
                one_less = (
                    total
                    - value
                    + (weighted_room + weight) * (branches[depth + 1][2] if depth + 1 < len(order) else 0.0)
                )
                out = 1 if one_less > above else n
                copies[depth] -= out
                total -= out * value
                weighted_room += out * weight
                for c, amount in needs:
                    free[c] += out * amount
                if out == 1 and one_less > above:
                    break
            depth -= 1
        if depth < 0:
            break
        depth += 1
    return best


def swap(problem: Problem, pool: int, left: Sequence[int], values: Sequence[float], pattern: Pattern) -> Pattern:
    """Takes one or two copies out, lets another item in first and the others after it, as long as that is worth more."""
    needs = problem.needs
    capacity = problem.capacity[pool]
    order = sorted(
        (item for item in problem.items_of[pool] if left[item] and values[item] > 0),
        key=lambda item: max([amount / capacity[c] for c, amount in needs[item]]) / values[item],
    )
    while True:
        free = list(capacity)
        for item, copies in pattern.items():
            for c, amount in needs[item]:
                free[c] -= copies * amount
        best, better = 1e-9 * worth(pattern, values), None
        for out, copies in pattern.items():
            for n in range(1, min(2, copies) + 1):
                wider = list(free)
                for c, amount in needs[out]:
                    wider[c] += n * amount
                for first in order:
                    if first == out:
                        continue
                    spare, gain, added = list(wider), -n * values[out], {out: -n}
                    for item in (first, *order):
                        if item in added:
                            continue
                        k = left[item] - pattern.get(item, 0)
                        for c, amount in needs[item]:
                            if spare[c] < k * amount:
                                k = spare[c] // amount
                        if k > 0:
                            added[item] = k
                            gain += k * values[item]
                            for c, amount in needs[item]:
                                spare[c] -= k * amount
                        elif item == first:
                            break
                    if gain > best:
                        best, better = gain, added
                        if FIRST:
                            break
                if better and FIRST:
                    break
            if better and FIRST:
                break
        if better is None:
            return pattern
        pattern = {item: copies + better.get(item, 0) for item, copies in (dict.fromkeys(better, 0) | pattern).items()}
        pattern = {item: copies for item, copies in pattern.items() if copies}
