"""What does a shortage cost? One zone is lost, or all Spot: task-minutes without a place, and calls that launch."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.rebalance.contenders import ON, in_a_world
from benchmarks.rebalance.small import Waits, launch_calls, lay_out, watch
from benchmarks.tables import Measure, show
from simulator.world import World

AT_S, HOURS, LASTS_S = 1800.0, 2.0, 3600.0
POOLS = {"a zone out": 2, "all Spot out": 4}  # groups times zones that are left to try; each is asked once
NOTES = (
    "An hour without the zone, or without Spot, in a fleet of ten; ten minutes of it for the calls.",
    "ECS alone: a service on the Spot provider, managed scaling. Ballast: by launch type, a group of Spot and one on demand.",
)


def zone_out(world: World) -> None:
    zone = "us-east-1a"
    world.lose_zone(zone)
    world.clock.after(LASTS_S, lambda: world.restore_zone(zone))


def spot_out(world: World) -> None:
    shortage = world.run_short(market="spot")
    for instance in [i for i in world.ec2.instances.values() if i.spot and not i.going]:
        world.warn_spot(instance.id)
    world.clock.after(LASTS_S, lambda: world.end_shortage(shortage))


CASES: dict[str, Callable[[World], None]] = {"a zone out": zone_out, "all Spot out": spot_out}


def table(*, quick: bool) -> bool:
    measures = []
    for name, happens in list(CASES.items())[: 1 if quick else None]:
        (ours, calls), (theirs, _) = (played(happens, ecs=False), played(happens, ecs=True))
        measures += [
            Measure(
                f"{name}: without a place [task-min]",
                ours.task_s / 60,
                {"ECS alone": theirs.task_s / 60},
                theirs.task_s / 60,
            ),
            Measure(f"{name}: calls that launch [calls]", calls, most=POOLS[name]),
            Measure(f"{name}: until all have one [min]", _minutes(ours), {"ECS alone": _minutes(theirs)}),
        ]
    return show("Shortages", measures, ours="Ballast", notes=NOTES)


def played(happens: Callable[[World], None], *, ecs: bool, hours: float = HOURS) -> tuple[Waits, int]:
    """What waited, and how many calls tried to launch within ten minutes."""
    waits: list[Waits] = []

    def build(world: World) -> None:
        lay_out(world, spot=True, ecs_scales=100 if ecs else None)
        waits.append(watch(world, AT_S))
        world.clock.at(AT_S, lambda: happens(world))

    world = in_a_world(build, 1, hours, None if ecs else ON)
    return waits[0], launch_calls(world, AT_S, AT_S + 600)


def _minutes(waits: Waits) -> float | None:
    return None if waits.ended_at_s is None else (waits.ended_at_s - waits.since_s) / 60
