"""A fleet of ten for shortages and headroom: one service, nine tenths of it on Spot, or all of it on demand.

One instance on demand is there from the beginning: a group without a provider and without instances belongs to no cluster
that anybody could know.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.rebalance.day import CLUSTER
from benchmarks.rebalance.meter import pending
from simulator.stage import MANAGED
from simulator.world import World
from simulator.world.autoscaling.readings import Readings
from simulator.world.core.capacity_records import ScalingRules, StrategyItem
from simulator.world.core.records import Shape

TYPE = Shape("m6i.xlarge", cpu=4096, memory_mib=15564, task_enis=18, nominal_memory_mib=16384)
CPU, MEMORY_MIB, FILL = 1024, 3500, 4  # of a task, and how many fill an instance
FULL = 36  # tasks on nine of ten instances
LOOKS_S = 5.0


@dataclass(slots=True)
class Waits:
    """Task-seconds without a place from `since_s` on, and when the last of them ended; None: not by now."""

    since_s: float
    task_s: float = 0.0
    ended_at_s: float | None = None


def lay_out(world: World, *, spot: bool, ecs_scales: int | None) -> None:
    """`ecs_scales`: the target capacity where ECS scales, and the service has providers; None: by launch type."""
    world.readings = Readings()
    world.add_cluster(CLUSTER, MANAGED)
    sizes = {"spot": 9, "on-demand": 1} if spot else {"on-demand": 10}
    for name, size in sizes.items():
        world.add_group(
            name,
            CLUSTER,
            desired=size,
            minimum=1 if name == "on-demand" else 0,
            maximum=40,
            shape=TYPE,
            spot=name == "spot",
            capacity_provider=name if ecs_scales else None,
            scaling=ScalingRules() if ecs_scales else None,
            target_capacity=ecs_scales or 100,
            new_instances_protected_from_scale_in=ecs_scales is not None,
            tags=MANAGED,
        )
    world.set_price(TYPE.instance_type, 0.192)
    strategy = [StrategyItem("on-demand", 0, FILL), StrategyItem("spot")] if spot else [StrategyItem("on-demand")]
    providers = strategy if ecs_scales else []
    world.add_service(
        CLUSTER, "web", desired=FULL, cpu=CPU, memory_mib=MEMORY_MIB, binpack=True, capacity_providers=providers
    )


def watch(world: World, since_s: float) -> Waits:
    waits = Waits(since_s)

    def look() -> None:
        number = pending(world.clusters[CLUSTER]) + missing(world)
        waits.task_s += LOOKS_S * number
        if number == 0 and waits.ended_at_s is None and world.clock.now_s > since_s + LOOKS_S:
            waits.ended_at_s = world.clock.now_s
        if number:
            waits.ended_at_s = None
        world.clock.after(LOOKS_S, look)

    world.clock.at(since_s, look)
    return waits


def missing(world: World) -> int:
    """Desired, neither placed nor counted as waiting: what the scheduler has not looked at yet."""
    service = world.clusters[CLUSTER].services["web"]
    return max(0, service.desired - len(service.tasks) - pending(world.clusters[CLUSTER]))


def launch_calls(world: World, since_s: float, until_s: float) -> int:
    """By whomsoever: raised desired capacities and LaunchInstances."""
    asked = {"SetDesiredCapacity", "LaunchInstances"}
    return sum(
        f.kind == "asked" and f.data["operation"] in asked and since_s <= f.at_s <= until_s for f in world.journal
    )
