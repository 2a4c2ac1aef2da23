"""What is measured of a day, the same for all: from the world's state each minute, and from its journal at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

from ballast.packing.bound import lower_bound
from benchmarks.rebalance.day import CLUSTER, Load
from benchmarks.rebalance.mixes import Mix, pools
from simulator.world import World
from simulator.world.core.core import Fact
from simulator.world.core.records import Cluster

EVERY_S = 60.0
BOUND_EVERY = 15  # samples: the curves move slowly, and the bound takes a while
SETTLED_S = 3600.0  # until when each makes of the fleet it began with, which does not hold all as ECS places, its own
AGAIN_S = 1800.0  # within which what was given back should not be bought again


@dataclass(frozen=True, slots=True)
class Outcome:
    """`over_bound`: time-average USD per hour, divided by that of the lower bound of what is desired.

    `pending_minutes`: tasks that ECS would start if it had room, times minutes, from the second hour on. `short_minutes`: those
    among them that services lack of their desired count; the others are a deployment's, whose old tasks still run. `moves`: tasks
    stopped by drains or cut off. `violations`: falls below a service's minimum that no change of its desired count explains.
    `set_back`: instances set ACTIVE again, or given back within 30 minutes of their launch for tasks. `bought_again`: launches
    of a type within 30 minutes of giving one back.
    """

    usd_per_hour: float
    over_bound: float
    pending_minutes: float
    short_minutes: float
    moves: int
    moves_per_task_day: float
    violations: int
    interrupted: int
    set_back: int
    bought_again: int
    launched: int
    given_back: int


class Meter:
    def __init__(self, world: World, mix: Mix, day: tuple[Load, ...]) -> None:
        self._world, self._mix, self._day = world, mix, day
        self._usd: list[float] = []
        self._bounds: list[float] = []
        self._tasks: list[int] = []
        self._pending_s = self._short_s = 0.0
        self._sample()

    def _sample(self) -> None:
        """Pending tasks are looked at six times a minute."""
        number = len(self._usd)
        services = self._world.clusters[CLUSTER].services
        self._usd.append(float(self._world.usd_per_hour()))
        self._tasks.append(sum(s.running for s in services.values()))
        if number % BOUND_EVERY == 0:
            wanted = tuple(services[load.shape.name].desired for load in self._day)
            self._bounds.append(_bound(self._mix, self._day, wanted))
        for part in range(6):
            self._world.clock.after(part * EVERY_S / 6, self._pending)
        self._world.clock.after(EVERY_S, self._sample)

    def _pending(self) -> None:
        if self._world.clock.now_s >= SETTLED_S:
            self._pending_s += EVERY_S / 6 * pending(self._world.clusters[CLUSTER])
            self._short_s += EVERY_S / 6 * short(self._world.clusters[CLUSTER])

    def outcome(self) -> Outcome:
        journal = self._world.journal
        moved = moves(journal)
        days = self._world.clock.now_s / 86_400
        usd = _mean(self._usd)
        launched, gone = launches(journal), given_back(journal)
        return Outcome(
            usd_per_hour=usd,
            over_bound=usd / _mean(self._bounds),
            pending_minutes=self._pending_s / 60,
            short_minutes=self._short_s / 60,
            moves=moved,
            moves_per_task_day=moved / _mean(self._tasks) / days,
            violations=violations(journal),
            interrupted=sum(f.kind == "task_stopped" and f.data["interrupted"] for f in journal),
            set_back=set_back(journal),
            bought_again=bought_again(self._world, launched, gone),
            launched=len(launched),
            given_back=len(gone),
        )


def pending(cluster: Cluster) -> int:
    """Without a place: by launch type as the scheduler counts them, or in PROVISIONING for a provider."""
    return len(cluster.waiting) + sum(s.unplaced for s in cluster.services.values())


def short(cluster: Cluster) -> int:
    """Without a place, and lacking: a service that has its desired count only waits for what its deployment starts besides."""
    waiting = Counter(task.service.name for task in cluster.waiting.values() if task.service)
    return sum(min(s.unplaced + waiting[s.name], max(0, s.desired - s.running)) for s in cluster.services.values())


@cache
def _bound(mix: Mix, day: tuple[Load, ...], wanted: tuple[int, ...]) -> float:
    demand = {load.shape: n for load, n in zip(day, wanted, strict=True) if n}
    return lower_bound(demand, pools(mix.types)).usd_per_hour


def _mean(values: list[float] | list[int]) -> float:
    return sum(values) / len(values)


def moves(journal: list[Fact]) -> int:
    """Tasks that had to start elsewhere because of their instance; not those that a deployment replaces."""
    draining: set[str] = set()
    moved = 0
    for fact in journal:
        if fact.kind == "container_instance_status":
            (draining.add if fact.data["new"] == "DRAINING" else draining.discard)(fact.data["host"])
        elif fact.kind == "task_stopping":
            moved += fact.data["cause"] == "drain" and fact.data["host"] in draining
        elif fact.kind == "task_stopped":
            moved += bool(fact.data["interrupted"])
    return moved


def violations(journal: list[Fact]) -> int:
    """Falls below the minimum while the desired count stays as it was."""
    last: dict[str, tuple[int, int, int]] = {}
    falls = 0
    for fact in journal:
        if fact.kind == "service_counts":
            now = (fact.data["running"], fact.data["minimum"], fact.data["desired"])
            before = last.get(fact.data["service"], now)
            falls += now[2] == before[2] and now[0] < before[0] and now[0] < now[1]
            last[fact.data["service"]] = now
    return falls


def launches(journal: list[Fact]) -> dict[str, float]:
    """When each instance was launched, but for those that were there from the beginning."""
    return {f.data["instance"]: f.at_s for f in journal if f.kind == "instance_launched" and f.at_s > 0}


def given_back(journal: list[Fact]) -> dict[str, float]:
    return {f.data["instance"]: f.at_s for f in journal if _ends(f)}


def _ends(fact: Fact) -> bool:
    return fact.kind == "instance_state" and fact.data["state"] == "shutting-down"


def set_back(journal: list[Fact]) -> int:
    changes = Counter((f.data["old"], f.data["new"]) for f in journal if f.kind == "container_instance_status")
    return changes["DRAINING", "ACTIVE"]


def bought_again(world: World, launched: dict[str, float], gone: dict[str, float]) -> int:
    """Each launch is set off against one instance of its type that was given back shortly before."""

    def of(instance: str) -> str:
        return world.ec2.instances[instance].shape.instance_type

    free = sorted((at_s, of(i)) for i, at_s in gone.items())
    again = 0
    for at_s, kind in sorted((at_s, of(i)) for i, at_s in launched.items()):
        match = next((g for g in free if g[1] == kind and 0 <= at_s - g[0] <= AGAIN_S), None)
        if match:
            free.remove(match)
            again += 1
    return again
