"""What does a fleet come to whose instances are given in sets for new ones, ECS placing every task, if nothing else changes?

It begins as packing plans and ECS fills it. Then one to six instances at a time go, their tasks to where the strategy binpack
of memory puts them, and what finds no room gets one or two new instances, together cheaper: the best of some hundred sets, as
long as there is one. Guards, rests, budgets and the price of a move are left out, so it shows what giving and launching could
do, not what anybody does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations_with_replacement
from random import Random

from ballast.packing.model import Pool, Shape
from ballast.packing.planning import plan_capacity
from benchmarks.packing.workloads import Demand

SETS, LARGEST, PATIENCE = 300, 6, 3  # sets in a round, instances in a set, rounds that find nothing before it ends
LEAST = 1e-9  # USD per hour: less is no saving but a rounding


class Room:
    """An instance, its tasks, and what is left of it."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.tasks: list[Shape] = []
        self.free = dict(pool.capacity)

    def take(self, task: Shape, sign: int = 1) -> None:
        for name, n in task.requirements.items():
            self.free[name] = self.free.get(name, 1) - sign * n
        if sign > 0:
            self.tasks.append(task)
        else:
            self.tasks.remove(task)


def holds(free: Mapping[str, int], task: Shape) -> bool:
    """A port is there once, unless it is taken."""
    needs = task.requirements.items()
    return all(amount <= free.get(name, 1 if name.startswith("port:") else 0) for name, amount in needs)


def usd_per_hour(demand: Demand, offers: Sequence[Pool], seed: int) -> float:
    """Once no set of a few rounds saves anything."""
    rng = Random(seed)  # of a seed, so that it can be played again
    fleet = _placed(demand, offers, rng)
    news = sorted((kinds for number in range(3) for kinds in combinations_with_replacement(offers, number)), key=_price)
    idle = 0
    while idle < PATIENCE:
        found = [_exchanged(fleet, news, rng) for _ in range(SETS)]
        saving, gone, new = max(found, key=lambda each: each[0])
        idle = 0 if saving > 0 else idle + 1
        if saving > 0:
            others = [room for room in fleet if room not in gone] + [Room(pool) for pool in new]
            tasks = [task for room in gone for task in room.tasks]
            if _place(others, tasks):
                fleet = others
    return _price(room.pool for room in fleet)


def _placed(demand: Demand, offers: Sequence[Pool], rng: Random) -> list[Room]:
    waiting = [shape for shape, copies in demand.items() for _ in range(copies)]
    rng.shuffle(waiting)
    fleet: list[Room] = []
    while waiting:
        planned = plan_capacity(Counter(waiting), offers).instances
        pools = {pool.name: pool for pool in offers}
        fleet += [Room(pools[each.pool]) for each in planned for _ in range(each.count)]
        waiting = [task for task in waiting if not _first(fleet, task, [])]
    return fleet


def _exchanged(
    fleet: list[Room], news: Sequence[Sequence[Pool]], rng: Random
) -> tuple[float, list[Room], Sequence[Pool]]:  # fmt: skip
    """What one set saves, with the set and the cheapest instances in its place; nothing is changed."""
    gone = rng.sample(fleet, min(rng.randint(1, LARGEST), len(fleet)))
    others = [room for room in fleet if room not in gone]
    tasks = [task for room in gone for task in room.tasks]
    price, log = _price(room.pool for room in gone), list[tuple[Room, Shape]]()
    rest = [task for task in tasks if not _first(others, task, log)]
    saving, best = 0.0, tuple[Pool, ...]()
    for kinds in news:
        if price - _price(kinds) <= LEAST:
            break
        rooms = [Room(pool) for pool in kinds]
        if all(_first(rooms, task, []) for task in rest):
            saving, best = price - _price(kinds), tuple(kinds)
            break
    for room, task in reversed(log):
        room.take(task, -1)
    return saving, gone, best


def _place(rooms: list[Room], tasks: Iterable[Shape]) -> bool:
    """Each on the one with the least free memory that holds it; nothing is changed if one finds no room."""
    log: list[tuple[Room, Shape]] = []
    for task in tasks:
        if not _first(rooms, task, log):
            for room, placed in reversed(log):
                room.take(placed, -1)
            return False
    return True


def _first(rooms: Iterable[Room], task: Shape, log: list[tuple[Room, Shape]]) -> bool:
    fitting = [room for room in rooms if holds(room.free, task)]
    if fitting:
        room = min(fitting, key=lambda room: room.free["memory"])
        room.take(task)
        log.append((room, task))
    return bool(fitting)


def _price(pools: Iterable[Pool]) -> float:
    return sum(pool.price_usd_per_hour for pool in pools)
