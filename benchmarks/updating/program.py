"""A peer as a program in virtual time: it calls AWS at once and yields the seconds that it sleeps."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from itertools import batched
from typing import Any

from simulator.stage import Stage
from simulator.world import World

CLUSTER = "prod"
PEER = "peer"  # the actor in the journal

type Program[T] = Generator[float, None, T]


def start(stage: Stage, program: Program[None]) -> None:
    """Run it until it ends."""

    def go_on() -> None:
        pause_s = next(program, None)
        if pause_s is not None:
            stage.clock.after(pause_s, go_on)

    go_on()


def call(world: World, service: str, operation: str, **params: Any) -> dict[str, Any]:
    return world.handle(service, operation, params, actor=PEER)


def active_instances(world: World) -> list[dict[str, Any]]:
    """ListContainerInstances with status ACTIVE, described 100 at a time."""
    arns = [host.arn for host in world.clusters[CLUSTER].by_ec2_id.values() if host.status.value == "ACTIVE"]
    return [
        raw
        for some in batched(arns, 100, strict=False)
        for raw in call(world, "ecs", "DescribeContainerInstances", cluster=CLUSTER, containerInstances=list(some))[
            "containerInstances"
        ]
    ]


def set_status(world: World, arn: str, status: str) -> None:
    call(world, "ecs", "UpdateContainerInstancesState", cluster=CLUSTER, containerInstances=[arn], status=status)


def tasks_on(world: World, arn: str) -> list[dict[str, Any]]:
    """The first hundred, as one page of ListTasks gives them."""
    arns = call(world, "ecs", "ListTasks", cluster=CLUSTER, containerInstance=arn)["taskArns"]
    return described(world, arns)


def described(world: World, arns: Iterable[str]) -> list[dict[str, Any]]:
    listed = list(arns)
    if not listed:
        return []
    tasks: list[dict[str, Any]] = call(world, "ecs", "DescribeTasks", cluster=CLUSTER, tasks=listed)["tasks"]
    return tasks
