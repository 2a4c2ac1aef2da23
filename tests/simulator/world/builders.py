"""Small worlds with defaults, and the questions tests ask of them."""

from __future__ import annotations

from random import Random
from typing import Any

from simulator.clock import Clock
from simulator.world.core.core import Fact
from simulator.world.core.records import Shape, Task
from simulator.world.world import World

CLUSTER = "prod"
SMALL = Shape("m7g.large", cpu=2048, memory_mib=4096)


def a_world(seed: int = 1) -> World:
    world = World(Clock(), Random(seed))  # noqa: S311 - a simulation wants a seed
    world.add_cluster(CLUSTER, {"ballast:managed": "true"})
    return world


def a_fleet(desired: int = 3, **group: Any) -> World:
    """A cluster with one group `web` of small instances in one zone (so that places are predictable)."""
    world = a_world()
    options: dict[str, Any] = {"shape": SMALL, "zones": ("us-east-1a",), "maximum": desired * 3} | group
    world.add_group("web", CLUSTER, desired=desired, **options)
    return world


def instances_of(world: World, group: str = "web") -> list[str]:
    return list(world.groups.groups[group].members)


def heard_by(world: World) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    world.subscribe(events.append)
    return events


def facts(world: World, kind: str, **data: Any) -> list[Fact]:
    return [
        fact
        for fact in world.journal
        if fact.kind == kind and all(fact.data[key] == value for key, value in data.items())
    ]


def ecs(world: World, operation: str, **params: Any) -> dict[str, Any]:
    return world.handle("ecs", operation, {"cluster": CLUSTER, **params})


def autoscaling(world: World, operation: str, **params: Any) -> dict[str, Any]:
    return world.handle("autoscaling", operation, params)


def container_instance(world: World, instance_id: str) -> dict[str, Any]:
    """As DescribeContainerInstances shows it."""
    arns = ecs(world, "ListContainerInstances", filter=f"ec2InstanceId == {instance_id}")["containerInstanceArns"]
    return dict(ecs(world, "DescribeContainerInstances", containerInstances=arns)["containerInstances"][0])


def drain(world: World, *instance_ids: str) -> None:
    arns = [world.host(instance_id).arn for instance_id in instance_ids]
    ecs(world, "UpdateContainerInstancesState", containerInstances=arns, status="DRAINING")


def tasks_on(world: World, instance_id: str) -> list[Task]:
    return list(world.host(instance_id).unfinished.values())


def lowest_running(world: World, service: str) -> int:
    return min(int(fact.data["running"]) for fact in facts(world, "service_counts", service=service))
