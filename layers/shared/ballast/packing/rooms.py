"""Where is room on the instances that run? Keeps them sorted by free memory, and moves tasks between them on trial."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence

from ballast.packing.model import Node, Pool, Shape
from ballast.packing.problem import Columns, room

type Load = dict[str, int]  # copies by shape name

STRIDE = 64  # the further from the best fit, the longer the steps: some 300 looks for 5,000 instances


class Rooms:
    """The instances by number. Tasks go where they leave the least memory free, as ECS places with `binpack`.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html
    """

    def __init__(self, nodes: Sequence[Node], shapes: Mapping[str, Shape], pools: Mapping[str, Pool]) -> None:
        columns = Columns(shapes.values())
        self._allowed = {name: shape.pools for name, shape in shapes.items()}
        self._needs = {name: columns.needs(shape) for name, shape in shapes.items()}
        self._memory = columns.resources.index("memory")
        memory_of = {name: dict(needs).get(self._memory, 0) for name, needs in self._needs.items()}
        self.order = sorted(shapes, key=lambda name: (-memory_of[name], name))
        self._pool = [node.pool for node in nodes]
        self._free: list[list[int]] = []
        self.received: list[Load] = [{} for _ in nodes]
        capacity = {name: columns.capacity(pool) for name, pool in pools.items()}
        for node in nodes:
            free = list(capacity[node.pool])
            for name, copies in node.load.items():
                for column, amount in self._needs[name]:
                    free[column] -= copies * amount
            self._free.append(free)
        self._sorted = sorted((free[self._memory], i) for i, free in enumerate(self._free))
        self._moved: list[tuple[int, str, int]] = []
        self._removed: list[tuple[int, Load, list[tuple[int, str, int]]]] = []
        self.stride = STRIDE

    def empty(self, node: int, load: Mapping[str, int]) -> Load:
        """Takes the instance out and places `load` on others, on trial; returns what finds no room."""
        self._moved = []
        self._sorted.pop(bisect_left(self._sorted, (self._free[node][self._memory], node)))
        placed = ((name, self._place(name, load[name])) for name in self.order if name in load)
        return {name: rest for name, rest in placed if rest}

    def keep(self, node: int) -> None:
        """Takes the trial back: the instance stays."""
        for other, name, copies in reversed(self._moved):
            self._put(other, name, -copies)
        insort(self._sorted, (self._free[node][self._memory], node))

    def remove(self, node: int) -> None:
        """Makes the trial real, until it is `put_back`."""
        self._removed.append((node, self.received[node], self._moved))
        self.received[node] = {}
        for other, name, copies in self._moved:
            self.received[other][name] = self.received[other].get(name, 0) + copies

    def put_back(self) -> None:
        """Takes the last removal back."""
        node, received, self._moved = self._removed.pop()
        for other, name, copies in self._moved:
            self.received[other][name] -= copies
        self.received[node] = received
        self.keep(node)

    def _place(self, name: str, copies: int) -> int:
        needs, allowed = self._needs[name], self._allowed[name]
        column, amount = next((need for need in needs if need[0] != self._memory), (self._memory, 0))
        first = at = bisect_left(self._sorted, (dict(needs).get(self._memory, 0), -1))
        end = len(self._sorted) - 1  # has the most room of all, so none steps over it
        while copies and at <= end:
            node = self._sorted[at][1]
            at = further if (further := at + 1 + (at - first) // self.stride) < end or at == end else end
            if self._free[node][column] < amount or (allowed is not None and self._pool[node] not in allowed):
                continue
            fitting = min(copies, room(needs, self._free[node]))
            if fitting > 0:
                self._put(node, name, fitting)  # it moves to the left, the ones to the right stay where they are
                self._moved.append((node, name, fitting))
                copies -= fitting
        return copies

    def _put(self, node: int, name: str, copies: int) -> None:
        free = self._free[node]
        self._sorted.pop(bisect_left(self._sorted, (free[self._memory], node)))
        for column, amount in self._needs[name]:
            free[column] -= copies * amount
        insort(self._sorted, (free[self._memory], node))
