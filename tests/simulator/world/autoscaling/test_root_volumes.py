"""Instance refreshes of strategy ReplaceRootVolume."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.world.autoscaling.group_records import Hook
from simulator.world.core.errors import AwsError
from simulator.world.world import World
from tests.simulator.world.builders import (
    CLUSTER,
    a_fleet,
    a_world,
    autoscaling,
    container_instance,
    facts,
    heard_by,
    instances_of,
    tasks_on,
)

OURS = Hook("ballast-drain", heartbeat_timeout_s=300)
NEW_IMAGE = "ami-0123456789abcdef0"


def a_replacing_fleet(desired: int = 1, *, terminates: bool = False, keeps: bool = True) -> tuple[World, str]:
    """Our hook holds the first instance."""
    world = a_fleet(desired=desired, hooks=[OURS])
    world.readings.abandoned_root_terminates = terminates
    world.readings.new_root_keeps_record = keeps
    world.add_service(CLUSTER, "api", desired=1)
    world.clock.run_until(60)
    world.replace_root_volumes("web", NEW_IMAGE)
    world.clock.run_until(90)
    return world, instances_of(world)[0]


def complete(world: World, instance_id: str, result: str = "CONTINUE") -> None:
    autoscaling(
        world,
        "CompleteLifecycleAction",
        AutoScalingGroupName="web",
        LifecycleHookName=OURS.name,
        InstanceId=instance_id,
        LifecycleActionResult=result,
    )


def states(world: World, instance_id: str) -> list[str]:
    return [fact.data["state"] for fact in facts(world, "lifecycle_state", instance=instance_id)]


def refresh(world: World) -> dict[str, Any]:
    return dict(autoscaling(world, "DescribeInstanceRefreshes", AutoScalingGroupName="web")["InstanceRefreshes"][0])


def test_our_hook_holds_the_instance_and_its_event_names_the_action() -> None:
    world = a_fleet(desired=1, hooks=[OURS])
    events = heard_by(world)

    world.replace_root_volumes("web", NEW_IMAGE)
    world.clock.run_until(20)

    first = instances_of(world)[0]
    [event] = [e for e in events if "Lifecycle" in e["detail-type"]]
    [shown] = autoscaling(world, "DescribeAutoScalingInstances")["AutoScalingInstances"]
    assert shown["LifecycleState"] == "ReplacingRootVolume:Wait"
    assert event["detail-type"] == "EC2 Instance-terminate Lifecycle Action"
    assert event["detail"].pop("LifecycleActionToken")
    assert event["detail"] == {
        "AutoScalingGroupName": "web",
        "LifecycleHookName": OURS.name,
        "EC2InstanceId": first,
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
        "Origin": "AutoScalingGroup",
        "Destination": "AutoScalingGroup",
        "Action": "ReplaceRootVolume",
    }


def test_the_instance_survives_with_its_id_and_its_container_instance() -> None:
    world, first = a_replacing_fleet()
    arn = world.host(first).arn

    complete(world, first)
    world.clock.run_until(400)

    expected = ["ReplacingRootVolume:Proceed", "RootVolumeReplaced", "InService"]
    assert states(world, first)[-3:] == expected
    assert instances_of(world) == [first]
    assert (world.host(first).arn, world.ec2.instances[first].state) == (arn, "running")
    assert world.ec2.instances[first].image_id == NEW_IMAGE
    assert container_instance(world, first)["agentConnected"]
    assert (refresh(world)["Status"], refresh(world)["Strategy"]) == ("Successful", "ReplaceRootVolume")


def test_tasks_that_still_run_are_cut_off_when_the_volume_goes() -> None:
    world, first = a_replacing_fleet()
    [task] = tasks_on(world, first)

    complete(world, first)

    assert task.last_status == "STOPPED"
    assert facts(world, "task_stopped", cause="root_volume", interrupted=True)
    assert not world.host(first).agent_connected


def test_an_agent_without_its_data_registers_a_second_time() -> None:
    world, first = a_replacing_fleet(keeps=False)
    old = world.host(first)

    complete(world, first)
    world.clock.run_until(400)

    assert world.host(first) is not old
    assert (old.agent_connected, world.host(first).agent_connected) == (False, True)
    assert old.arn in world.clusters[CLUSTER].container_instances


def test_one_instance_is_replaced_after_the_other() -> None:
    world, first = a_replacing_fleet(desired=2)
    second = instances_of(world)[1]
    before = states(world, second)

    complete(world, first)
    world.clock.run_until(400)

    assert (before, states(world, second)[-1]) == ([], "ReplacingRootVolume:Wait")


def test_a_hook_that_nobody_completes_times_out_and_the_volume_is_replaced() -> None:
    world, first = a_replacing_fleet()

    world.clock.run_until(800)

    assert facts(world, "hook_timed_out", instance=first)
    assert facts(world, "root_volume_replaced", instance=first)


@pytest.mark.parametrize(("terminates", "ends_as"), [(False, "running"), (True, "terminated")])
def test_abandoning_goes_on_or_ends_the_instance(*, terminates: bool, ends_as: str) -> None:
    world, first = a_replacing_fleet(terminates=terminates)
    world.groups.groups["web"].hooks.clear()

    complete(world, first, "ABANDON")
    world.clock.run_until(600)

    assert world.ec2.instances[first].state == ends_as
    assert len(instances_of(world)) == 1


def test_a_cancelled_refresh_finishes_what_it_has_begun() -> None:
    world, first = a_replacing_fleet(desired=2)

    autoscaling(world, "CancelInstanceRefresh", AutoScalingGroupName="web")
    complete(world, first)
    world.clock.run_until(600)

    assert refresh(world)["Status"] == "Cancelled"
    assert len(facts(world, "root_volume_replaced")) == 1


def test_the_api_starts_it_with_an_image_in_every_override() -> None:
    world = a_fleet(desired=1)
    policy = {"LaunchTemplate": {"Overrides": [{"InstanceType": "m7g.large", "ImageId": NEW_IMAGE}]}}
    asked = {"AutoScalingGroupName": "web", "Strategy": "ReplaceRootVolume"}

    autoscaling(world, "StartInstanceRefresh", **asked, DesiredConfiguration={"MixedInstancesPolicy": policy})
    world.clock.run_until(400)

    assert refresh(world)["Status"] == "Successful"
    with pytest.raises(AwsError, match="ImageId overrides"):
        autoscaling(world, "StartInstanceRefresh", **asked)


def test_a_bottlerocket_host_boots_the_version_of_its_new_image() -> None:
    world = a_world()
    kind = ("aws-ecs-2", "x86_64")
    world.bottlerocket.releases.publish(*kind, "1.62.1", long_ago=True)
    world.add_group("web", CLUSTER, desired=1, bottlerocket=(*kind, "1.62.1"))
    new = world.bottlerocket.releases.publish(*kind, "1.64.0")
    [first] = instances_of(world)
    before = world.bottlerocket.require(first).version

    world.replace_root_volumes("web", new.image_id)
    world.clock.run_until(400)

    assert (before, world.bottlerocket.require(first).version) == ("1.62.1", "1.64.0")


def test_an_instance_that_ec2_took_before_its_turn_is_passed_over() -> None:
    world, first = a_replacing_fleet(desired=2)
    gone = next(i for i in instances_of(world) if i != first)
    world.terminate_instance(gone)
    world.clock.run_until(200)
    complete(world, first)
    world.clock.run_until(1200)

    assert "ReplacingRootVolume" not in states(world, gone)
