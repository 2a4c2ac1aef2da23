"""What should one instance hold? Copies by value for the room they take."""

from __future__ import annotations

from collections.abc import Sequence

from ballast.packing.problem import Needs, Pattern

NO_LIMIT = 1 << 60


def room(needs: Needs, free: Sequence[int]) -> int:
    """How many copies fit into what is free."""
    return min(free[column] // amount for column, amount in needs)


def fill(needs, values, left, capacity, items):
    free = list(capacity)
    pattern = {}
    live = [s for s in items if left[s]]
    while live:
        best, chosen = -1.0, -1
        still = []
        scarce = [1.0 / f if f else 0.0 for f in free]
        for s in live:
            share = 0.0
            for c, a in needs[s]:
                if a > free[c]:
                    break
                share += a * scarce[c]
            else:
                still.append(s)
                w = values[s] / share
                if w > best:
                    best, chosen = w, s
        if chosen < 0:
            break
        live = still
        q = needs[chosen]
        n = min(max(1, room(q, free) // 6), left[chosen] - pattern.get(chosen, 0))
        for c, a in q:
            free[c] -= n * a
        pattern[chosen] = pattern.get(chosen, 0) + n
        if pattern[chosen] >= left[chosen]:
            live = [s for s in live if s != chosen]
    return pattern


def worth(values, pattern):
    return sum(values[s] * n for s, n in pattern.items())
