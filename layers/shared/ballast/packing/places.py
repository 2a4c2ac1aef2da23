"""Do these copies fit into this free room, and which do not? The answer names a room for each copy, so it proves itself.

Sums of free room would promise too much. ECS still decides where each task goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from ballast.packing.checks import checked_shapes
from ballast.packing.model import Pool, Shape
from ballast.packing.problem import Columns, Needs, room

type Places = list[int | None]  # the room of each copy by number, None for a copy that finds no place


def places(copies: Sequence[Shape], rooms: Sequence[Mapping[str, int]]) -> Places:
    """Where each copy may go; `rooms` are free capacities, with 0 for a port that is in use.

    Four tries: big copies first, by memory or by CPU units, into the first room that takes them or into the tightest.
    The first try that leaves nothing counts, else the one that leaves the fewest copies. A shape stands in `copies` once
    for each copy; `Shape.pools` is not looked at. Raises ValueError if the shapes make no sense.
    """
    shapes = checked_shapes(dict.fromkeys(copies))
    columns = Columns(shapes.values())
    needs_of = {name: columns.needs(shape) for name, shape in shapes.items()}
    needs = [needs_of[copy.name] for copy in copies]
    free = [columns.capacity(Pool("", "", capacity, 0)) for capacity in rooms]
    found: list[Places] = []
    for big, small in (("memory", "cpu"), ("cpu", "memory")):
        sizes = [(copy.requirements.get(big, 0), copy.requirements.get(small, 0)) for copy in copies]
        order = sorted(range(len(copies)), key=sizes.__getitem__, reverse=True)
        column = columns.resources.index(big) if big in columns.resources else None
        for tight in dict.fromkeys((None, column)):
            found.append(_fill(order, needs, free, tight))
            if None not in found[-1] or _exceeds(needs, free):
                return found[-1]
    return min(found, key=lambda those: those.count(None))


def _exceeds(needs: Sequence[Needs], free: Sequence[Sequence[int]]) -> bool:
    """Whether more is needed than there is, so that no other try can place everything."""
    wanted = [pair for pairs in needs for pair in pairs]
    return any(
        sum(n for c, n in wanted if c == column) > sum(f[column] for f in free) for column in {c for c, _ in wanted}
    )


def _fill(
    order: Sequence[int], needs: Sequence[Needs], capacities: Sequence[Sequence[int]], tight: int | None
) -> Places:
    """One copy after the other into the first room that takes it, or into that with the least left of column `tight`."""
    free = [list(capacity) for capacity in capacities]
    found: Places = [None] * len(needs)
    for wanted, alike in groupby(order, key=needs.__getitem__):
        homeless = list(alike)
        fitting = [number for number, left in enumerate(free) if room(wanted, left) > 0]
        if tight is not None:
            fitting.sort(key=lambda number: free[number][tight])
        for number in fitting:
            for copy in homeless[: room(wanted, free[number])]:
                found[copy] = number
                for column, amount in wanted:
                    free[number][column] -= amount
            homeless = [copy for copy in homeless if found[copy] is None]
            if not homeless:
                break
    return found
