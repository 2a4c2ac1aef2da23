"""How does Karpenter consolidate? Re-implemented from its source (kubernetes-sigs/karpenter, `pkg/controllers/disruption`).

Candidates by price / (1 + pods); the longest prefix (binary search, at most 100) that fits on the rest plus
at most one new and cheaper instance; else one by one; again until nothing is found.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from typing import NamedTuple

from ballast.packing.model import Node, Pool, Shape
from ballast.packing.problem import covers
from benchmarks.packing.baselines import Vector, World, plus


class Step(NamedTuple):
    saving: float
    moves: int


class Command(NamedTuple):
    """Which instances go, what of their tasks (by number) fits on which others, and the one new instance's type and load."""

    candidates: tuple[int, ...]
    placed: list[tuple[int, int, int]]
    new: tuple[int, Counter[int]] | None


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
            command = self.command(left, deadline)
            if command is None:
                break
            step = self.apply(command)
            saving, moves, left = saving + step.saving, moves + step.moves, left - len(command.candidates)
        return Step(saving, moves), time.process_time() < deadline

    def price(self, node: int) -> float:
        return self.world.price[self.pool[node]]

    def command(
        self,
        budget: int,
        deadline: float = float("inf"),
        *,
        among: Container[int] | None = None,
        approves: Callable[[Command], bool] = lambda _: True,
    ) -> Command | None:
        """Empty ones; else the longest prefix that can go together; else the first that can go alone.

        `among`: numbers of those that may go, None for all; `approves`: asked of each command that could be given.
        """
        empty = [i for i, load in self.load.items() if not load and (among is None or i in among)][:budget]
        if empty:
            return Command(tuple(empty), [], None)
        ratio = {i: self.price(i) / (1 + sum(load.values())) for i, load in self.load.items()}
        ordered = sorted((i for i in self.load if among is None or i in among), key=lambda i: -ratio[i])
        best: Command | None = None
        low, high = 2, min(budget, 100, len(ordered) - 1)
        while low <= high and time.process_time() < deadline:
            middle = (low + high) // 2
            found = self.simulate(ordered[:middle])
            if found is not None:
                best, low = found, middle + 1
            else:
                high = middle - 1
        if best is not None and approves(best):
            return best
        for i in ordered if budget else ():
            if time.process_time() > deadline:
                return None
            found = self.simulate([i])
            if found is not None and approves(found):
                return found
        return None

    def simulate(self, candidates: Sequence[int]) -> Command | None:
        """Whether these can go together, with at most one new and cheaper instance."""
        found = self._simulate(candidates)
        return None if found is None else Command(tuple(candidates), *found)

    def apply(self, command: Command) -> Step:
        """Do it; what it saved, and how many tasks moved."""
        return self._apply(command.candidates, command.placed, command.new)

    def saving(self, command: Command) -> float:
        new = self.world.price[command.new[0]] if command.new else 0.0
        return sum(self.price(i) for i in command.candidates) - new

    def moves(self, command: Command) -> int:
        return sum(sum(self.load[i].values()) for i in command.candidates)

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
        old = sum(self.price(i) for i in candidates)
        options = [t for t, c in enumerate(self.world.capacity) if covers(c, pile) and self.world.price[t] < old]
        if len(candidates) > 1:
            same = [self.world.price[t] for t in options if t in {self.pool[i] for i in candidates}]
            options = [t for t in options if not same or self.world.price[t] < min(same)]
        return (placed, (options[0], new)) if options else None

    def _apply(
        self, candidates: Sequence[int], placed: list[tuple[int, int, int]], new: tuple[int, Counter[int]] | None
    ) -> Step:
        saving = sum(self.price(i) for i in candidates)
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
