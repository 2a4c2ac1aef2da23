"""What do others do? Karpenter's packing and consolidation, re-implemented from its source, and one type for everything.

Karpenter (kubernetes-sigs/karpenter, `pkg/controllers`): pods by CPU, then memory, descending; each goes to the open claim
with the fewest pods on which some instance type still holds everything; the cheapest type that holds the pile is bought.
Consolidation: candidates by price / (1 + pods); the longest prefix (binary search, at most 100) that fits on the rest plus
at most one new and cheaper instance; else one by one; again until nothing is found.
"""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ballast.packing.model import Node, Pool, Shape
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


class Step(NamedTuple):
    saving: float
    moves: int


class KarpenterFleet:
    """A fleet that Karpenter consolidates, command by command."""

    def __init__(self, nodes: Sequence[Node], shapes: Iterable[Shape], pools: Iterable[Pool]) -> None:
        self.world = World(shapes, pools)
        at = {p.name: i for i, p in enumerate(self.world.pools)}
        self.pool = {i: at[node.pool] for i, node in enumerate(nodes)}
        self.load = {
            i: Counter({self.world.number[s]: n for s, n in node.load.items()}) for i, node in enumerate(nodes)
        }
        self.free = {}
        for i, load in self.load.items():
            free = list(self.world.capacity[self.pool[i]])
            for item, copies in load.items():
                free = plus(free, self.world.needs[item], -copies)
            self.free[i] = free

    def run(self, budget: int, seconds: float) -> tuple[Step, bool]:
        """Consolidates until nothing is found, `budget` instances are gone, or time is up (then the flag is False)."""
        saving, moves, left, deadline = 0.0, 0, budget, time.process_time() + seconds
        while left:
            step = self._command(left, deadline)
            if step is None:
                break
            saving, moves, left = saving + step[0].saving, moves + step[0].moves, left - step[1]
        return Step(saving, moves), time.process_time() < deadline

    def _price(self, node: int) -> float:
        return self.world.price[self.pool[node]]

    def _command(self, budget: int, deadline: float) -> tuple[Step, int] | None:
        empty = [i for i, load in self.load.items() if not load][:budget]
        if empty:
            return self._apply(empty, [], None), len(empty)
        ratio = {i: self._price(i) / (1 + sum(load.values())) for i, load in self.load.items()}
        ordered = sorted(self.load, key=lambda i: -ratio[i])
        best, low, high = 0, 2, min(budget, 100, len(ordered) - 1)
        while low <= high and time.process_time() < deadline:
            middle = (low + high) // 2
            if self._simulate(ordered[:middle]) is not None:
                best, low = middle, middle + 1
            else:
                high = middle - 1
        prefixes = ([ordered[:best]] if best else []) + [[i] for i in ordered]
        for candidates in prefixes:
            if time.process_time() > deadline:
                return None
            result = self._simulate(candidates)
            if result is not None:
                return self._apply(candidates, *result), len(candidates)
        return None

    def _simulate(
        self, candidates: Sequence[int]
    ) -> tuple[list[tuple[int, int, int]], tuple[int, Counter[int]] | None] | None:
        gone = set(candidates)
        load: Counter[int] = Counter()
        for i in candidates:
            load.update(self.load[i])
        placed: list[tuple[int, int, int]] = []
        spare: dict[int, Vector] = {}
        new: Counter[int] = Counter()
        pile = [0] * len(self.world.needs[0])
        for item in sorted(load):
            needs, left = self.world.needs[item], load[item]
            pairs = [(c, a) for c, a in enumerate(needs) if a]
            for i, free in self.free.items():
                if not left:
                    break
                room = spare.get(i, free)
                fitting = left
                for c, a in pairs:
                    if room[c] < fitting * a:
                        fitting = room[c] // a
                if fitting > 0 and i not in gone:
                    spare[i] = plus(room, needs, -fitting)
                    placed.append((i, item, fitting))
                    left -= fitting
            if left:
                pile = plus(pile, needs, left)
                new[item] += left
                if not self.world.some_type_holds(pile):
                    return None
        if not new:
            return placed, None
        old = sum(self._price(i) for i in candidates)
        options = [t for t, c in enumerate(self.world.capacity) if covers(c, pile) and self.world.price[t] < old]
        if len(candidates) > 1:
            same = [self.world.price[t] for t in options if t in {self.pool[i] for i in candidates}]
            options = [t for t in options if not same or self.world.price[t] < min(same)]
        return (placed, (options[0], new)) if options else None

    def _apply(
        self, candidates: Sequence[int], placed: list[tuple[int, int, int]], new: tuple[int, Counter[int]] | None
    ) -> Step:
        saving = sum(self._price(i) for i in candidates)
        moves = sum(sum(self.load[i].values()) for i in candidates)
        for i in candidates:
            del self.load[i], self.free[i], self.pool[i]
        for i, item, copies in placed:
            self.load[i][item] += copies
            self.free[i] = plus(self.free[i], self.world.needs[item], -copies)
        if new is not None:
            i = max(self.load, default=0) + 1
            pool, load = new
            self.pool[i], self.load[i] = pool, load
            self.free[i] = list(self.world.capacity[pool])
            for item, copies in load.items():
                self.free[i] = plus(self.free[i], self.world.needs[item], -copies)
            saving -= self.world.price[pool]
        return Step(saving, moves)
