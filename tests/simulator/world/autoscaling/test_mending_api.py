"""What an operator puts right, by the calls that the doctor gives."""

from __future__ import annotations

import pytest

from simulator.world.core.errors import AwsError
from tests.simulator.world.builders import CLUSTER, a_fleet, autoscaling, instances_of

GONE = {"AutoScalingGroupName": "web", "ScalingProcesses": ["Terminate"]}


def test_tags_are_added_and_changed_and_others_stay() -> None:
    world = a_fleet()
    world.groups.groups["web"].tags.update(team="a", stage="b")

    tags = [
        {"ResourceId": "web", "ResourceType": "auto-scaling-group", "Key": k, "Value": "c"} for k in ("stage", "new")
    ]
    autoscaling(world, "CreateOrUpdateTags", Tags=tags)

    assert world.groups.groups["web"].tags == {"team": "a", "stage": "c", "new": "c"}


def test_a_tag_on_a_group_that_is_not_there_is_refused() -> None:
    with pytest.raises(AwsError, match="not found"):
        autoscaling(a_fleet(), "CreateOrUpdateTags", Tags=[{"ResourceId": "gone", "Key": "a", "Value": "b"}])


def test_a_process_that_is_resumed_does_what_was_left_undone() -> None:
    world = a_fleet()
    world.suspend_processes("web", "Terminate", "Launch")
    size = len(instances_of(world))
    autoscaling(world, "SetDesiredCapacity", AutoScalingGroupName="web", DesiredCapacity=size - 1)
    world.clock.run_until(600)
    meanwhile = len(instances_of(world))

    autoscaling(world, "ResumeProcesses", **GONE)
    world.clock.run_until(1200)

    assert (meanwhile, len(instances_of(world))) == (size, size - 1)
    assert world.groups.groups["web"].suspended.keys() == {"Launch"}


def test_all_processes_are_resumed_where_none_is_named() -> None:
    world = a_fleet()
    world.suspend_processes("web", "Terminate", "Launch")

    autoscaling(world, "ResumeProcesses", AutoScalingGroupName="web")

    assert world.groups.groups["web"].suspended == {}


def test_a_cluster_is_tagged_and_nothing_else_is() -> None:
    world = a_fleet()
    cluster = world.clusters[CLUSTER]
    tags = [{"key": "ballast:managed", "value": "true"}]

    world.handle("ecs", "TagResource", {"resourceArn": cluster.arn, "tags": tags})

    assert cluster.tags["ballast:managed"] == "true"
    with pytest.raises(NotImplementedError, match="tags clusters"):
        world.handle("ecs", "TagResource", {"resourceArn": cluster.arn.replace(":cluster/", ":service/"), "tags": tags})
