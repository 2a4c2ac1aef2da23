"""What does a shortage cost? One zone is lost, or all Spot: task-minutes without a place, and calls that launch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean

from benchmarks.rebalance.contenders import ON, in_a_world
from benchmarks.rebalance.small import Waits, launch_calls, lay_out, watch
from benchmarks.tables import Measure, show
from simulator.world import World

SEEDS = (1, 2, 3, 4, 5)
AT_S, HOURS, LASTS_S = 1800.0, 2.0, 3600.0
POOLS = {"a zone out": 2, "all Spot out": 4}  # groups times zones that are left to try; each is asked once
NOTES = (
    "An hour without the zone, or without Spot, in a fleet of ten; ten minutes of it for the calls.",
    "Means of five seeds, of the calls the most.",
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
        seeds = SEEDS[:1] if quick else SEEDS
        ours, calls = zip(*(played(happens, seed, ecs=False) for seed in seeds), strict=True)
        theirs, _ = zip(*(played(happens, seed, ecs=True) for seed in seeds), strict=True)
        waited, alone = (fmean(each.task_s for each in some) / 60 for some in (ours, theirs))
        measures += [
            Measure(f"{name}: without a place [task-min]", waited, {"ECS alone": alone}, alone),
            Measure(f"{name}: calls that launch [calls]", max(calls), most=POOLS[name]),
            Measure(f"{name}: until all have one [min]", _minutes(ours), {"ECS alone": _minutes(theirs)}),
        ]
    return show("Shortages", measures, ours="Ballast", notes=NOTES)


def played(happens: Callable[[World], None], seed: int, *, ecs: bool, hours: float = HOURS) -> tuple[Waits, int]:
    """What waited, and how many calls tried to launch within ten minutes."""
    waits: list[Waits] = []

    def build(world: World) -> None:
        lay_out(world, spot=True, ecs_scales=100 if ecs else None)
        waits.append(watch(world, AT_S))
        world.clock.at(AT_S, lambda: happens(world))

    world = in_a_world(build, seed, hours, None if ecs else ON)
    return waits[0], launch_calls(world, AT_S, AT_S + 600)


def _minutes(some: Sequence[Waits]) -> float | None:
    ended = [(waits.ended_at_s - waits.since_s) / 60 for waits in some if waits.ended_at_s is not None]
    return fmean(ended) if len(ended) == len(some) else None
