"""What does a peer do? It launches, drains and ends instances by the calls that AWS has, as a program in virtual time."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from benchmarks.rebalance.day import CLUSTER
from benchmarks.rebalance.peers.picture import Seen
from simulator.world import World
from simulator.world.core.errors import AwsError

PEER = "peer"  # the actor in the journal

type Program = Generator[float]


def start(world: World, program: Program) -> None:
    """Run it until it ends; it yields the seconds that it sleeps."""

    def go_on() -> None:
        pause_s = next(program, None)
        if pause_s is not None:
            world.clock.after(pause_s, go_on)

    go_on()


def launch(world: World, group: str, number: int = 1) -> None:
    wanted = world.groups.groups[group].desired + number
    _call(world, "autoscaling", "SetDesiredCapacity", AutoScalingGroupName=group, DesiredCapacity=wanted)


def drain(world: World, seen: Seen) -> None:
    _set_status(world, seen, "DRAINING")


def set_back(world: World, seen: Seen) -> None:
    _set_status(world, seen, "ACTIVE")


def end(world: World, seen: Seen) -> bool:
    """False where the group must not become smaller."""
    try:
        _call(
            world,
            "autoscaling",
            "TerminateInstanceInAutoScalingGroup",
            InstanceId=seen.id,
            ShouldDecrementDesiredCapacity=True,
        )
    except AwsError:
        return False
    return True


def is_empty(seen: Seen) -> bool:
    return seen.host is not None and not seen.host.unfinished


def _set_status(world: World, seen: Seen, status: str) -> None:
    if seen.host is not None:
        arns = [seen.host.arn]
        _call(world, "ecs", "UpdateContainerInstancesState", cluster=CLUSTER, containerInstances=arns, status=status)


def _call(world: World, service: str, operation: str, **params: Any) -> None:
    world.handle(service, operation, params, actor=PEER)
