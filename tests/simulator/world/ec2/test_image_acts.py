"""Images and their owners, templates moved by hand, and groups whose newcomers are broken."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.world.autoscaling.group_records import Fault
from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_world, autoscaling, container_instance, instances_of

KIND = ("aws-ecs-2", "x86_64")
OLD, NEW = "1.62.1", "1.64.0"


def a_group(**group: Any) -> World:
    world = a_world()
    for version in (OLD, NEW):
        world.bottlerocket.releases.publish(*KIND, version, long_ago=True)
    world.add_group("web", CLUSTER, desired=2, maximum=9, bottlerocket=(*KIND, OLD), **group)
    return world


def image(world: World, version: str) -> str:
    found = world.bottlerocket.releases.parameter(f"/aws/service/bottlerocket/{'/'.join(KIND)}/{version}/image_id")
    assert found
    return found


def launched(world: World) -> str:
    world.groups.set_desired(world.groups.groups["web"], world.groups.groups["web"].desired + 1)
    world.clock.run_until(world.clock.now_s + 300)
    return instances_of(world)[-1]


def test_a_copy_under_the_public_name_is_told_apart_by_its_owner_alone() -> None:
    world = a_group()
    public = image(world, NEW)
    [shown] = world.handle("ec2", "DescribeImages", {"Filters": [{"Name": "image-id", "Values": [public]}]})["Images"]
    copy = world.copy_image(public, shown["Name"])

    [own] = world.handle("ec2", "DescribeImages", {"Filters": [{"Name": "image-id", "Values": [copy]}]})["Images"]

    assert (own["Name"], own["Public"]) == (shown["Name"], False)
    assert shown["ImageOwnerAlias"] == "amazon"
    assert "ImageOwnerAlias" not in own


@pytest.mark.parametrize("launches_from", ["1", "$Latest", "$Default"])
def test_a_template_moved_by_hand_is_what_the_group_launches(launches_from: str) -> None:
    world = a_group(launches_from=launches_from)

    world.move_template("web", world.copy_image(image(world, NEW), "ours"))

    assert world.bottlerocket.require(launched(world)).version == NEW


def test_a_parameter_of_ones_own_and_an_override_name_the_image_too() -> None:
    world = a_group()
    world.put_parameter("/images/ours", image(world, NEW))
    world.move_template("web", "resolve:ssm:/images/ours:3")
    assert world.bottlerocket.require(launched(world)).version == NEW

    world.override_image("web", image(world, OLD))
    assert world.bottlerocket.require(launched(world)).version == OLD
    [group] = autoscaling(world, "DescribeAutoScalingGroups", AutoScalingGroupNames=["web"])["AutoScalingGroups"]
    assert group["MixedInstancesPolicy"]["LaunchTemplate"]["Overrides"][0]["ImageId"] == image(world, OLD)


@pytest.mark.parametrize(
    "fault", ["never_joins", "registration_failed", "agent_lost", "other_version", "starts_nothing"]
)
def test_what_is_wrong_with_newcomers(fault: Fault) -> None:
    world = a_group()
    world.break_newcomers("web", fault)

    instance = launched(world)

    host = world.find_host(instance) if fault != "never_joins" else None
    assert (host is None) is (fault == "never_joins")
    if host is not None:
        assert container_instance(world, instance)["agentConnected"] is (fault != "agent_lost")
        assert (world.bottlerocket.require(instance).version == OLD) is (fault != "other_version")
        assert host.instance.fault == fault
        assert (container_instance(world, instance)["status"] == "REGISTRATION_FAILED") is (
            fault == "registration_failed"
        )
