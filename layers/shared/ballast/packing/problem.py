"""How does a demand become integers? Resources become columns, equal shapes become one item, hopeless pools go.

A limit on copies per instance is one more column, of which every instance has that many. So is a port, of which it has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ballast.packing.checks import Misfit, UnplaceableError
from ballast.packing.model import Pool, Shape

FREE = 1e-9  # $/h that stand for 0, so that a value can be divided by a price

type Needs = tuple[tuple[int, int], ...]  # (column, amount) pairs of one copy, amounts above 0
type Pattern = dict[int, int]  # what one instance holds: copies by item


class Batch(NamedTuple):
    """`times` instances of a pool that hold the same pattern; a list of them is a plan."""

    pool: int
    pattern: Pattern
    times: int


class Columns:
    """The resources that some shapes use, numbered; turns shapes and pools into integers."""

    def __init__(self, shapes: Iterable[Shape]) -> None:
        shapes = list(shapes)
        self.resources = sorted({"memory"} | {r for s in shapes for r, amount in s.requirements.items() if amount})
        self.limits: list[int] = []
        self._number = {resource: column for column, resource in enumerate(self.resources)}
        self._limit_column: dict[str, int] = {}
        for shape in shapes:
            limit = shape.copies_per_instance
            if limit is None and not any(shape.requirements.values()):
                limit = 1_000_000  # it takes no room at all: any number will do
            if limit is not None:
                self._limit_column[shape.name] = len(self.resources) + len(self.limits)
                self.limits.append(limit)

    def needs(self, shape: Shape) -> Needs:
        pairs = [(self._number[r], amount) for r, amount in shape.requirements.items() if amount]
        if shape.name in self._limit_column:
            pairs.append((self._limit_column[shape.name], 1))
        return tuple(sorted(pairs))

    def capacity(self, pool: Pool) -> tuple[int, ...]:
        have = (pool.capacity.get(r, 1 if r.startswith("port:") else 0) for r in self.resources)
        return (*have, *self.limits)

    def misfit(self, shape: Shape, capacities: Iterable[Sequence[int]]) -> Misfit:
        """What one copy lacks in the pool that comes nearest: the fewest resources short, and the least so."""
        needs = [(column, amount) for column, amount in self.needs(shape) if column < len(self.resources)]
        lacks = [
            [(amount, have[c], self.resources[c]) for c, amount in needs if amount > have[c]] for have in capacities
        ]
        lacks = lacks or [[(amount, 0, self.resources[c]) for c, amount in needs] or [(1, 0, "pool")]]
        required, largest, resource = min(lacks, key=lambda lack: (len(lack), -lack[0][1]))[0]
        return Misfit(shape.name, resource, required, largest)


class Problem:
    """Items (merged shapes) and pools (cheapest first) by number, and which fits where. Raises UnplaceableError."""

    def __init__(self, demand: Mapping[Shape, int], pools: Iterable[Pool]) -> None:
        columns = Columns(demand)
        merged: dict[tuple[Needs, frozenset[str] | None], dict[str, int]] = {}
        for shape, copies in demand.items():
            if copies:
                merged.setdefault((columns.needs(shape), shape.pools), {})[shape.name] = copies
        self.copies_by_name = list(merged.values())
        self.count = [sum(copies.values()) for copies in self.copies_by_name]
        self.needs = [needs for needs, _ in merged]
        allowed = [names for _, names in merged]

        offers = []
        for pool in sorted(pools, key=lambda p: (p.price_usd_per_hour, p.name)):
            capacity = columns.capacity(pool)
            may = {item for item, names in enumerate(allowed) if names is None or pool.name in names}
            offers.append((pool, capacity, may, {item for item in may if room(self.needs[item], capacity)}))
        shape_of = {shape.name: shape for shape in demand}
        if misfits := [
            columns.misfit(shape_of[name], [capacity for _, capacity, may, _ in offers if item in may])
            for item, copies in enumerate(self.copies_by_name)
            if not any(item in guests for _, _, _, guests in offers)
            for name in copies
        ]:
            raise UnplaceableError(tuple(misfits))

        kept: list[tuple[Pool, tuple[int, ...], set[int]]] = []
        for pool, capacity, _, guests in offers:
            if guests and not any(theirs >= guests and covers(c, capacity) for _, c, theirs in kept):
                kept.append((pool, capacity, guests))
        self.pools = [pool for pool, _, _ in kept]
        self.price = [max(pool.price_usd_per_hour, FREE) for pool in self.pools]
        self.capacity = [capacity for _, capacity, _ in kept]
        self.items_of = [sorted(guests) for _, _, guests in kept]
        self.lighter = [[j for j, those in enumerate(self.needs) if lighter(those, these)] for these in self.needs]
        self.pools_of = [[t for t, (_, _, g) in enumerate(kept) if i in g] for i in range(len(self.needs))]

    def cost(self, plan: Iterable[Batch]) -> float:
        return sum(self.price[pool] * times for pool, _, times in plan)

    def shares(self, item: int, pool: int) -> list[tuple[int, float]]:
        """What one copy takes of an instance, by column."""
        return [(column, amount / self.capacity[pool][column]) for column, amount in self.needs[item]]


def room(needs: Needs, free: Sequence[int]) -> int:
    """How many copies fit into what is free."""
    return min([free[column] // amount for column, amount in needs])


def lighter(needs: Needs, others: Needs) -> bool:
    """Does a copy need less than one of the others, and nothing else?"""
    most = dict(others)
    return needs != others and all(amount <= most.get(column, 0) for column, amount in needs)


def covers(capacity: Sequence[int], load: Sequence[int]) -> bool:
    return all(have >= used for have, used in zip(capacity, load, strict=True))
