"""What should one instance hold, if each copy has a value? A quick answer; better ones are in `knapsack`."""

from __future__ import annotations

from collections.abc import Sequence

from ballast.packing.problem import Needs, Pattern, Problem


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
