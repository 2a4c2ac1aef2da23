from __future__ import annotations

from typing import Any

import pytest

from simulator.world.autoscaling.group_records import Hook
from simulator.world.core.errors import AwsError
from simulator.world.world import World
from tests.simulator.world.builders import a_fleet, autoscaling, facts, heard_by, instances_of

OURS = "ballast-drain"


def a_terminating_instance(*hooks: Hook) -> tuple[World, str]:
    world = a_fleet(desired=2, hooks=hooks or [Hook(OURS, heartbeat_timeout_s=300)])
    first = instances_of(world)[0]
    world.scale_in("web", first)
    return world, first


def at_hook(world: World, operation: str, instance_id: str, hook: str = OURS, **params: Any) -> None:
    named = {"AutoScalingGroupName": "web", "LifecycleHookName": hook, "InstanceId": instance_id}
    autoscaling(world, operation, **named, **params)


def complete(world: World, instance_id: str, hook: str = OURS, result: str = "CONTINUE") -> None:
    at_hook(world, "CompleteLifecycleAction", instance_id, hook, LifecycleActionResult=result)


def test_each_hook_announces_that_it_holds_the_instance() -> None:
    world = a_fleet(desired=2, hooks=[Hook(OURS, notification_metadata="ours"), Hook("other")])
    events = heard_by(world)
    first = instances_of(world)[0]

    world.scale_in("web", first)

    details = [event["detail"] for event in events]
    assert [event["detail-type"] for event in events] == ["EC2 Instance-terminate Lifecycle Action"] * 2
    assert [detail["LifecycleHookName"] for detail in details] == [OURS, "other"]
    assert details[0].pop("LifecycleActionToken") != details[1]["LifecycleActionToken"]
    assert details[0] == {
        "AutoScalingGroupName": "web",
        "LifecycleHookName": OURS,
        "EC2InstanceId": first,
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
        "NotificationMetadata": "ours",
        "Origin": "AutoScalingGroup",
        "Destination": "EC2",
    }
    assert "NotificationMetadata" not in details[1]


def test_an_instance_waits_until_its_hook_is_completed() -> None:
    world, first = a_terminating_instance()
    world.clock.run_until(200)
    before = world.ec2.instances[first].state

    complete(world, first)

    assert (before, world.ec2.instances[first].state) == ("running", "shutting-down")
    assert facts(world, "hook_completed", hook=OURS, actor="ballast", result="CONTINUE")


def test_a_completion_by_token_finds_its_action() -> None:
    world = a_fleet(desired=2, hooks=[Hook(OURS)])
    events = heard_by(world)
    world.scale_in("web")
    detail = events[0]["detail"]

    autoscaling(
        world,
        "CompleteLifecycleAction",
        AutoScalingGroupName="web",
        LifecycleHookName=OURS,
        LifecycleActionToken=detail["LifecycleActionToken"],
        LifecycleActionResult="CONTINUE",
    )

    assert world.ec2.instances[detail["EC2InstanceId"]].state == "shutting-down"


def test_a_hook_that_nobody_completes_times_out() -> None:
    world, first = a_terminating_instance()

    world.clock.run_until(299)
    before = world.ec2.instances[first].state
    world.clock.run_until(301)

    assert (before, world.ec2.instances[first].state) == ("running", "shutting-down")
    assert [fact.at_s for fact in facts(world, "hook_timed_out", hook=OURS)] == [300]


def test_a_heartbeat_starts_the_timeout_anew() -> None:
    world, first = a_terminating_instance()
    world.clock.run_until(250)

    at_hook(world, "RecordLifecycleActionHeartbeat", first)
    world.clock.run_until(600)

    assert [fact.at_s for fact in facts(world, "hook_timed_out")] == [550]


def test_heartbeats_end_at_a_hundred_times_the_timeout() -> None:
    world, first = a_terminating_instance(Hook(OURS, heartbeat_timeout_s=30))
    for moment_s in range(20, 3000, 20):
        world.clock.run_until(moment_s)
        at_hook(world, "RecordLifecycleActionHeartbeat", first)

    world.clock.run_until(3100)

    assert [fact.at_s for fact in facts(world, "hook_timed_out")] == [3000]


def test_no_hook_holds_an_instance_beyond_48_hours() -> None:
    assert Hook(OURS, heartbeat_timeout_s=7200).global_timeout_s == 48 * 3600


def test_all_hooks_must_continue_before_the_instance_goes() -> None:
    world, first = a_terminating_instance(Hook(OURS), Hook("other"))

    complete(world, first)
    between = world.ec2.instances[first].state
    complete(world, first, "other")

    assert (between, world.ec2.instances[first].state) == ("running", "shutting-down")


def test_abandon_skips_the_hooks_that_still_wait() -> None:
    world, first = a_terminating_instance(Hook(OURS), Hook("other"))

    complete(world, first, "other", result="ABANDON")

    assert world.ec2.instances[first].state == "shutting-down"
    assert [fact.data["hook"] for fact in facts(world, "hook_void")] == [OURS]


def test_a_default_result_of_abandon_skips_them_as_well() -> None:
    impatient = Hook("other", default_result="ABANDON", heartbeat_timeout_s=60)
    world, first = a_terminating_instance(Hook(OURS), impatient)

    world.clock.run_until(61)

    assert world.ec2.instances[first].state == "shutting-down"


@pytest.mark.parametrize("operation", ["CompleteLifecycleAction", "RecordLifecycleActionHeartbeat"])
def test_an_action_that_has_ended_is_no_longer_found(operation: str) -> None:
    world, first = a_terminating_instance()
    complete(world, first)
    result = {"LifecycleActionResult": "CONTINUE"} if operation.startswith("Complete") else {}

    with pytest.raises(AwsError, match=f"No active Lifecycle Action found with instance ID {first}") as caught:
        at_hook(world, operation, first, **result)

    assert (caught.value.code, caught.value.status) == ("ValidationError", 400)


def test_a_hook_that_is_put_holds_the_next_instance_and_is_described() -> None:
    world = a_fleet(desired=2)
    autoscaling(
        world,
        "PutLifecycleHook",
        AutoScalingGroupName="web",
        LifecycleHookName=OURS,
        LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING",
        HeartbeatTimeout=900,
    )

    world.scale_in("web")

    assert facts(world, "lifecycle_hook_put", group="web", hook=OURS)
    assert facts(world, "hook_waiting", hook=OURS)
    assert autoscaling(world, "DescribeLifecycleHooks", AutoScalingGroupName="web")["LifecycleHooks"] == [
        {
            "LifecycleHookName": OURS,
            "AutoScalingGroupName": "web",
            "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING",
            "HeartbeatTimeout": 900,
            "GlobalTimeout": 90_000,
            "DefaultResult": "ABANDON",
        }
    ]


def test_an_unknown_group_is_a_validation_error() -> None:
    with pytest.raises(AwsError, match="no such group"):
        autoscaling(a_fleet(), "DescribeLifecycleHooks", AutoScalingGroupName="nobody")
