"""What does room cost that is kept free, and what is it worth? Seconds without a place after a step, by USD/h of idle."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.rebalance.contenders import ON, in_a_world
from benchmarks.rebalance.day import CLUSTER
from benchmarks.rebalance.small import FILL, Waits, lay_out, watch
from simulator.world import World
from simulator.world.core.records import Cluster

STEP = 8  # tasks, two instances of them
AT_S, HOURS = 3600.0, 1.5
USD = 0.192
SPARES, TARGETS = (0, 4, 8, 12), (100, 90, 80, 70)


@dataclass(frozen=True, slots=True)
class Point:
    """`idle_usd_per_hour`: of the fleet less what its tasks fill, just before the step."""

    name: str
    idle_usd_per_hour: float
    waited_s: float
    task_s: float


def table(*, quick: bool) -> bool:
    """Prints the curve; answers whether ours is nowhere above that of ECS: what costs no more waits no longer."""
    print(f"\na step of {STEP} tasks in a fleet of ten")
    print(f"{'who':34}{'idle [USD/h]':>13}{'until placed [s]':>18}{'task-seconds':>14}")
    points = [played(spare=n) for n in SPARES[: 1 if quick else None]]
    theirs = [played(target=n) for n in TARGETS[: 1 if quick else None]]
    for point in (*points, *theirs):
        print(f"{point.name:34}{point.idle_usd_per_hour:13.3f}{point.waited_s:18.0f}{point.task_s:14.0f}", flush=True)
    return not any(worse(point, theirs) for point in points)


def worse(ours: Point, theirs: list[Point]) -> bool:
    return any(t.idle_usd_per_hour <= ours.idle_usd_per_hour + 1e-9 and t.task_s < ours.task_s for t in theirs)


def played(*, spare: int | None = None, target: int | None = None, hours: float = HOURS) -> Point:
    """Ballast with room for `spare` copies, or ECS managed scaling at a target capacity."""
    waits: list[Waits] = []
    idle: list[float] = []

    def build(world: World) -> None:
        lay_out(world, spot=False, ecs_scales=target)
        world.clock.at(AT_S - 1, lambda: idle.append(_idle(world.clusters[CLUSTER])))
        world.clock.at(AT_S, lambda: world.step_service(CLUSTER, "web", STEP))
        waits.append(watch(world, AT_S))

    kept = {"RebalanceHeadroom": "on", "RebalanceSpare": f"{spare} x web:1"} if spare else {}
    in_a_world(build, 1, hours, None if target else {**ON, **kept})
    ended = waits[0].ended_at_s
    name = f"ECS alone, targetCapacity {target}" if target else f"Ballast, headroom of {spare or 0} tasks"
    return Point(name, idle[0], hours * 3600 - AT_S if ended is None else ended - AT_S, waits[0].task_s)


def _idle(cluster: Cluster) -> float:
    hosts = list(cluster.room)
    return USD * (len(hosts) - sum(len(host.unfinished) for host in hosts) / FILL)
