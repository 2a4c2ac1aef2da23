"""MaxInstanceLifetime: one at a time, terminated first unless the maintenance policy says otherwise."""

from __future__ import annotations

import pytest

from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_fleet, autoscaling, facts, instances_of


def an_old_group(*, launches_first: bool = False, **group: bool) -> World:
    world = a_fleet(3, **group)
    if launches_first:
        world.put_maintenance_policy("web")
    world.limit_lifetime("web", due_in_s=300)
    return world


def sizes(world: World, until_s: int) -> set[int]:
    """Instances that count, every two seconds."""
    found = set()
    for at_s in range(2, until_s, 2):
        world.clock.run_until(at_s)
        found.add(len([m for m in world.groups.groups["web"].staying if m.state == "InService"]))
    return found


def test_each_is_replaced_one_by_one_and_the_group_is_short_meanwhile() -> None:
    world = an_old_group()
    before = instances_of(world)

    assert sizes(world, 3000) == {2, 3}
    assert not set(before) & set(instances_of(world))
    assert [fact.data["instance"] for fact in facts(world, "lifetime_over")] == before
    assert world.groups.groups["web"].desired == 3


def test_with_a_maintenance_policy_the_new_one_comes_first() -> None:
    world = an_old_group(launches_first=True)

    assert sizes(world, 3000) == {3, 4}
    shown = autoscaling(world, "DescribeAutoScalingGroups", AutoScalingGroupNames=["web"])["AutoScalingGroups"][0]
    assert shown["MaxInstanceLifetime"] == 86_400
    assert shown["InstanceMaintenancePolicy"] == {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 110}


def test_protection_from_scale_in_spares_an_instance() -> None:
    world = an_old_group(new_instances_protected_from_scale_in=True)

    assert sizes(world, 1500) == {3}


def test_less_than_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="a day"):
        a_fleet().limit_lifetime("web", lifetime_s=3600)


def test_a_scene_may_be_a_day_old() -> None:
    world = a_fleet(2)
    world.add_service(CLUSTER, "api", desired=2)
    world.age_group("web", 3600)
    (host, _) = world.clusters[CLUSTER].by_ec2_id.values()

    assert (host.instance.launched_at_s, host.registered_at_s) == (-3600, -3600)
    assert {task.started_at_s for task in host.unfinished.values()} == {-3600}
