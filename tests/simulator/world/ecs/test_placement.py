"""Placement strategies, zones of services, and network interfaces."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from simulator.world.core.capacity_records import ScalingRules
from simulator.world.core.records import Shape
from simulator.world.world import World
from tests.simulator.world.builders import (
    CLUSTER,
    SMALL,
    a_fleet,
    a_world,
    container_instance,
    ecs,
    facts,
    heard_by,
    instances_of,
)

ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")


def hosts_of(world: World, service: str = "api") -> Counter[str]:
    tasks = world.clusters[CLUSTER].services[service].tasks.values()
    return Counter(task.host.instance.id for task in tasks)


def zones_of(world: World, service: str = "api") -> list[int]:
    tasks = world.clusters[CLUSTER].services[service].tasks.values()
    return sorted(Counter(task.host.instance.zone for task in tasks).values())


@pytest.mark.parametrize(
    ("placement", "on_each"),
    [
        (["binpack:cpu"], [4]),
        (["binpack:memory"], [4]),
        (["spread:instanceId"], [1, 1, 1, 1]),
        (["spread:host"], [1] * 4),
    ],
)
def test_tasks_are_packed_or_spread(placement: list[str], on_each: list[int]) -> None:
    world = a_fleet(4)
    world.add_service(CLUSTER, "api", desired=4, cpu=512, memory_mib=1024, placement=placement)
    kinds = [each.partition(":")[0] for each in placement]

    assert sorted(hosts_of(world).values()) == on_each
    assert [
        s["type"] for s in ecs(world, "DescribeServices", services=["api"])["services"][0]["placementStrategy"]
    ] == kinds


def test_binpack_looks_at_the_resource_that_it_names() -> None:
    world = a_fleet(2)
    first, second = instances_of(world)
    world.run_task(CLUSTER, on=first, cpu=1024, memory_mib=128)
    world.run_task(CLUSTER, on=second, cpu=128, memory_mib=2048)
    world.add_service(CLUSTER, "cpu", desired=1, placement=["binpack:cpu"])
    world.add_service(CLUSTER, "memory", desired=1, placement=["binpack:memory"])

    assert (list(hosts_of(world, "cpu")), list(hosts_of(world, "memory"))) == ([first], [second])


def test_strategies_are_asked_in_their_order() -> None:
    world = a_fleet(4)
    for number, id_ in enumerate(instances_of(world)):
        world.put_attributes(id_, {"rack": "ab"[number % 2]})
    world.add_service(CLUSTER, "api", desired=4, cpu=256, placement=["spread:attribute:rack", "binpack:memory"])

    assert sorted(hosts_of(world).values()) == [2, 2]


def test_random_places_anywhere_and_no_strategy_spreads_over_zones() -> None:
    world = a_fleet(6, zones=ZONES)
    world.add_service(CLUSTER, "anywhere", desired=12, cpu=64, memory_mib=64, placement=["random"])
    world.add_service(CLUSTER, "api", desired=6, cpu=64, memory_mib=64, placement=[])

    assert 2 < len(hosts_of(world, "anywhere")) <= 6
    assert zones_of(world) == [2, 2, 2]


@pytest.mark.parametrize("written", [["binpack:disk"], ["spread"], ["fastest"], ["random"] * 6])
def test_a_strategy_that_ecs_does_not_know_is_refused(written: list[str]) -> None:
    with pytest.raises(ValueError, match="placement strateg"):
        a_fleet(1).add_service(CLUSTER, "api", placement=written)


def uneven(**service: Any) -> World:
    """All six tasks are in one zone when hosts of two others come."""
    world = a_fleet(2, zones=ZONES[:1])
    options: dict[str, Any] = {"cpu": 256, "memory_mib": 256} | service
    world.add_service(CLUSTER, "api", desired=6, zone_rebalancing=True, **options)
    world.add_group("more", CLUSTER, desired=2, shape=SMALL, zones=ZONES[1:])
    return world


def rebalancing(world: World) -> list[str]:
    names = [str(fact.data["name"]) for fact in facts(world, "service_action")]
    return [name for name in names if "REBALANCING" in name]


def test_a_service_evens_its_zones_one_task_at_a_time() -> None:
    world = uneven()
    heard_by(world)
    world.scale_service(CLUSTER, "api", 5)
    world.scale_service(CLUSTER, "api", 6)
    world.clock.run_until(900)

    assert zones_of(world) == [2, 2, 2]
    assert rebalancing(world) == ["SERVICE_REBALANCING_STARTED", "SERVICE_REBALANCING_COMPLETED"]
    shown = ecs(world, "DescribeServices", services=["api"])["services"][0]
    assert shown["availabilityZoneRebalancing"] == "ENABLED"
    assert min(int(fact.data["running"]) for fact in facts(world, "service_counts", service="api")) >= 5


@pytest.mark.parametrize("blocked", [{"maximum_percent": 100}, {"protected": True}, {"memory_mib": 512, "cpu": 1024}])
def test_rebalancing_waits_for_room_and_percentages_and_protected_tasks(blocked: dict[str, Any]) -> None:
    world = uneven(**blocked)
    if "cpu" in blocked:
        for id_ in instances_of(world, "more"):
            world.run_task(CLUSTER, on=id_, cpu=2048, memory_mib=128)
    before = hosts_of(world)
    world.clock.run_until(900)

    assert hosts_of(world) == before
    assert not facts(world, "instance_state", state="pending")


@pytest.mark.parametrize(("opted_in", "tasks"), [(False, 2), (True, 10)])
def test_a_trunk_makes_room_for_more_tasks_in_awsvpc_mode(*, opted_in: bool, tasks: int) -> None:
    world = a_world()
    if opted_in:
        world.opt_in_trunking()
    world.add_group("web", CLUSTER, desired=1, shape=Shape("c5.large", 2048, 3884, task_enis=2, trunk_enis=10))
    world.add_service(CLUSTER, "api", desired=20, cpu=64, memory_mib=64, awsvpc=True)
    names = {attribute["name"] for attribute in container_instance(world, instances_of(world)[0])["attributes"]}

    assert len(world.clusters[CLUSTER].services["api"].tasks) == tasks
    assert ("ecs.awsvpc-trunk-id" in names) is opted_in


def test_an_instance_from_before_the_opt_in_has_no_trunk_and_managed_scaling_reckons_with_those_to_come() -> None:
    world = a_world()
    shape = Shape("c5.large", 2048, 3884, task_enis=2, trunk_enis=10)
    world.add_group("web", CLUSTER, desired=1, shape=shape, scaling=ScalingRules(), maximum=9)
    world.opt_in_trunking()
    world.add_service(CLUSTER, "api", desired=12, cpu=64, memory_mib=64, awsvpc=True, capacity_providers=["web"])
    world.clock.run_until(600)

    assert sorted(hosts_of(world).values()) == [2, 10]
