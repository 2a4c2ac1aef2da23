"""What do others do? Karpenter's packing, re-implemented from its source, and one type for everything.

Karpenter (kubernetes-sigs/karpenter, `pkg/controllers`): pods by CPU, then memory, descending; each goes to the open claim
with the fewest pods on which some instance type still holds everything; the cheapest type that holds the pile is bought.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence

from ballast.packing.model import Pool, Shape
from ballast.packing.problem import Columns, covers

type Vector = list[int]


class World:
    """Shapes and pools as vectors; shapes in Karpenter's order."""

    def __init__(self, shapes: Iterable[Shape], pools: Iterable[Pool]) -> None:
        ordered = sorted(
            shapes, key=lambda s: (-s.requirements.get("cpu", 0), -s.requirements.get("memory", 0), s.name)
        )
        columns = Columns(ordered)
        self.names = [s.name for s in ordered]
        self.number = {name: i for i, name in enumerate(self.names)}
        self.needs: list[Vector] = []
        for shape in ordered:
            dense = [0] * (len(columns.resources) + len(columns.limits))
            for column, amount in columns.needs(shape):
                dense[column] = amount
            self.needs.append(dense)
        self.pools = sorted(pools, key=lambda p: (p.price_usd_per_hour, p.name))
        self.capacity = [columns.capacity(p) for p in self.pools]
        self.price = [p.price_usd_per_hour for p in self.pools]
        self.largest = [c for c in self.capacity if not any(o != c and covers(o, c) for o in self.capacity)]

    def some_type_holds(self, load: Sequence[int]) -> bool:
        return any(covers(capacity, load) for capacity in self.largest)

    def cheapest(self, load: Sequence[int]) -> float:
        return next(p for p, capacity in zip(self.price, self.capacity, strict=True) if covers(capacity, load))


def plus(load: Sequence[int], needs: Sequence[int], copies: int = 1) -> Vector:
    return [a + copies * b for a, b in zip(load, needs, strict=True)]


def karpenter_cost(demand: Mapping[Shape, int], pools: Iterable[Pool]) -> float:
    """$/h of what Karpenter buys for the demand."""
    world = World(demand, pools)
    copies = {shape.name: n for shape, n in demand.items()}
    loads: list[Vector] = []
    pods: list[int] = []
    for name, needs in zip(world.names, world.needs, strict=True):
        open_claims = [(pods[i], i) for i, load in enumerate(loads) if world.some_type_holds(plus(load, needs))]
        heapq.heapify(open_claims)
        for _ in range(copies[name]):
            if not open_claims:
                loads.append([0] * len(needs))
                pods.append(0)
                open_claims.append((0, len(loads) - 1))
            claim = open_claims[0][1]
            loads[claim] = plus(loads[claim], needs)
            pods[claim] += 1
            if world.some_type_holds(plus(loads[claim], needs)):
                heapq.heapreplace(open_claims, (pods[claim], claim))
            else:
                heapq.heappop(open_claims)
    return sum(world.cheapest(load) for load in loads)


def single_type_cost(demand: Mapping[Shape, int], pools: Sequence[Pool]) -> float:
    """$/h of the best single instance type, filled best-fit decreasing; GPU tasks on a type of their own."""
    gpu = {s: n for s, n in demand.items() if s.requirements.get("gpu", 0)}
    if gpu and len(gpu) < len(demand):
        rest = {s: n for s, n in demand.items() if s not in gpu}
        return single_type_cost(gpu, pools) + single_type_cost(rest, pools)
    world = World(demand, pools)
    copies = {shape.name: n for shape, n in demand.items()}
    costs = []
    for price, capacity in zip(world.price, world.capacity, strict=True):
        if all(covers(capacity, needs) for needs in world.needs):
            costs.append(price * best_fit_instances(world, copies, capacity))
    return min(costs)


def best_fit_instances(world: World, copies: Mapping[str, int], capacity: Sequence[int]) -> int:
    def share(needs: Sequence[int]) -> float:
        return max(a / c for a, c in zip(needs, capacity, strict=True) if a)

    bins: list[tuple[Vector, int]] = []  # what is free, and on how many instances it is
    for item in sorted(range(len(world.names)), key=lambda i: -share(world.needs[i])):
        needs, left = world.needs[item], copies[world.names[item]]
        fuller_first = sorted(bins, key=lambda b: sum(f / c for f, c in zip(b[0], capacity, strict=True) if c))
        bins = []
        for free, count in [*fuller_first, (list(capacity), left)]:
            fitting = min(f // a for f, a in zip(free, needs, strict=True) if a)
            full = min(count, left // fitting) if fitting else 0
            if full:
                bins.append((plus(free, needs, -fitting), full))
                left -= full * fitting
            rest = count - full
            if rest and left and fitting:
                bins.append((plus(free, needs, -left), 1))
                rest, left = rest - 1, 0
            if rest and free != list(capacity):
                bins.append((free, rest))
    return sum(count for _, count in bins)
