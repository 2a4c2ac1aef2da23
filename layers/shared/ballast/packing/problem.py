"""How does a demand become integers? Resources become columns, equal shapes become one item, hopeless pools go.

A limit on copies per instance is one more column, of which every instance has that many; so is a port.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ballast.packing.model import Misfit, Pool, Shape, UnplaceableError

type Needs = tuple[tuple[int, int], ...]  # (column, amount) pairs, amounts above 0
type Pattern = dict[int, int]  # what one instance holds: copies by item


class Columns:
    """The resources that the shapes use, numbered; turns shapes and pools into integers."""

    def __init__(self, shapes: Iterable[Shape]) -> None:
        shapes = list(shapes)
        self.resources = sorted({r for s in shapes for r, amount in s.requirements.items() if amount})
        self.limits: list[int] = []
        self._number = {resource: i for i, resource in enumerate(self.resources)}
        self._limit_of: dict[str, int] = {}
        for shape in shapes:
            limit = shape.copies_per_instance
            if limit is None and not any(shape.requirements.values()):
                limit = 1_000_000  # it takes nothing: any number will do
            if limit is not None:
                self._limit_of[shape.name] = len(self.resources) + len(self.limits)
                self.limits.append(limit)

    def needs(self, shape: Shape) -> Needs:
        pairs = [(self._number[r], amount) for r, amount in shape.requirements.items() if amount]
        if shape.name in self._limit_of:
            pairs.append((self._limit_of[shape.name], 1))
        return tuple(sorted(pairs))

    def capacity(self, pool: Pool) -> tuple[int, ...]:
        have = (pool.capacity.get(r, 1 if r.startswith("port:") else 0) for r in self.resources)
        return (*have, *self.limits)

    def name(self, column: int) -> str:
        return self.resources[column] if column < len(self.resources) else "copies per instance"


class Problem:
    """Items (merged shapes) by number, pools by number (cheapest first), and which fits where."""

    def __init__(self, demand: Mapping[Shape, int], pools: Sequence[Pool]) -> None:
        columns = Columns(demand)
        merged: dict[tuple[Needs, frozenset[str] | None], dict[str, int]] = {}
        for shape, copies in demand.items():
            if copies:
                merged.setdefault((columns.needs(shape), shape.pools), {})[shape.name] = copies
        self.copies_by_name = list(merged.values())
        self.needs = [needs for needs, _ in merged]
        self.count = [sum(copies.values()) for copies in self.copies_by_name]
        allowed = [where for _, where in merged]
        priced = [(p, columns.capacity(p)) for p in sorted(pools, key=lambda p: (p.price_usd_per_hour, p.name))]
        guests = {
            p.name: [
                i
                for i, needs in enumerate(self.needs)
                if (allowed[i] is None or p.name in allowed[i]) and fits(needs, capacity)
            ]
            for p, capacity in priced
        }
        kept = []
        for p, capacity in priced:
            if guests[p.name] and not any(
                all(a >= b for a, b in zip(other, capacity)) and set(guests[q.name]) >= set(guests[p.name])
                for q, other in kept
            ):
                kept.append((p, capacity))
        self.pools = [p for p, _ in kept]
        self.capacity = [c for _, c in kept]
        self.price = [p.price_usd_per_hour for p in self.pools]
        self.items_of = [guests[p.name] for p in self.pools]
        self.pools_of = [[t for t, items in enumerate(self.items_of) if i in items] for i in range(len(self.needs))]


def fits(needs: Needs, free: Sequence[int]) -> bool:
    return all(amount <= free[column] for column, amount in needs)


def used(needs: Sequence[Needs], pattern: Pattern, width: int) -> list[int]:
    total = [0] * width
    for item, copies in pattern.items():
        for column, amount in needs[item]:
            total[column] += copies * amount
    return total
