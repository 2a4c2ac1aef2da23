"""Launch hooks: who waits in Pending:Wait, what releases it, and when its agent registers."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.world.autoscaling.group_records import Hook, Result
from simulator.world.world import World
from tests.simulator.world.builders import a_fleet, autoscaling, facts, heard_by, instances_of

START_UP = "start-up"


def a_launching_instance(
    default_result: Result = "CONTINUE", *others: Hook, joins: bool = False, meets_hooks: bool = True
) -> tuple[World, str, list[dict[str, Any]]]:
    """A second instance that its launch hook holds, for ten minutes at most."""
    hook = Hook(START_UP, default_result, 600, "autoscaling:EC2_INSTANCE_LAUNCHING", "see the runbook")
    world = a_fleet(desired=1, hooks=[hook, *others])
    world.readings.joins_while_waiting = joins
    world.readings.abandoned_launch_meets_hooks = meets_hooks
    events = heard_by(world)
    world.set_desired("web", 2)
    world.clock.run_until(40)
    return world, instances_of(world)[1], events


def complete(world: World, instance_id: str, result: str = "CONTINUE") -> None:
    autoscaling(
        world,
        "CompleteLifecycleAction",
        AutoScalingGroupName="web",
        LifecycleHookName=START_UP,
        InstanceId=instance_id,
        LifecycleActionResult=result,
    )


def state(world: World, instance_id: str) -> str:
    return world.groups.groups["web"].members[instance_id].state


def test_a_launching_instance_waits_and_its_event_says_so() -> None:
    world, new, events = a_launching_instance()

    [event] = [e for e in events if "Lifecycle" in e["detail-type"]]
    assert state(world, new) == "Pending:Wait"
    assert event["detail-type"] == "EC2 Instance-launch Lifecycle Action"
    assert event["detail"].pop("LifecycleActionToken")
    assert event["detail"] == {
        "AutoScalingGroupName": "web",
        "LifecycleHookName": START_UP,
        "EC2InstanceId": new,
        "LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING",
        "NotificationMetadata": "see the runbook",
        "Origin": "EC2",
        "Destination": "AutoScalingGroup",
    }
    assert not [e for e in events if e["detail-type"] == "EC2 Instance Launch Successful"]


def test_a_completed_launch_goes_on_into_service() -> None:
    world, new, events = a_launching_instance()

    complete(world, new)

    states = [fact.data["state"] for fact in facts(world, "lifecycle_state", instance=new)]
    assert states == ["Pending:Wait", "Pending:Proceed", "InService"]
    assert [e["detail"]["EC2InstanceId"] for e in events if "Launch Successful" in e["detail-type"]] == [new]
    assert facts(world, "launch_hook_completed", instance=new, result="CONTINUE")
    assert not facts(world, "hook_completed")


@pytest.mark.parametrize(("default_result", "ends_as"), [("CONTINUE", "running"), ("ABANDON", "terminated")])
def test_a_launch_that_nobody_completes_ends_by_the_default_result(default_result: Result, ends_as: str) -> None:
    world, new, _ = a_launching_instance(default_result)

    world.clock.run_until(900)

    assert world.ec2.instances[new].state == ends_as
    assert facts(world, "launch_hook_timed_out", instance=new, result=default_result)


@pytest.mark.parametrize("meets_hooks", [True, False])
def test_an_abandoned_launch_is_terminated_and_replaced(*, meets_hooks: bool) -> None:
    world, new, _ = a_launching_instance("CONTINUE", Hook("ballast-drain"), meets_hooks=meets_hooks)

    complete(world, new, "ABANDON")
    world.clock.run_until(100)

    assert facts(world, "launch_abandoned", instance=new)
    assert len(facts(world, "instance_launched")) == 3
    assert bool(facts(world, "hook_waiting", instance=new)) is meets_hooks


@pytest.mark.parametrize("joins", [True, False])
def test_the_agent_may_or_may_not_register_while_the_instance_waits(*, joins: bool) -> None:
    world, new, _ = a_launching_instance(joins=joins)

    world.clock.run_until(400)
    while_waiting = world.find_host(new) is not None
    complete(world, new)
    world.clock.run_until(500)

    assert while_waiting is joins
    assert world.find_host(new) is not None
    assert len(facts(world, "instance_joined", instance=new)) == 1


def test_a_scale_in_ends_the_wait_of_a_launch() -> None:
    world, new, _ = a_launching_instance("CONTINUE", Hook("ballast-drain"))

    world.scale_in("web", new)

    assert state(world, new) == "Terminating:Wait"
    assert facts(world, "launch_hook_void", instance=new)
    assert facts(world, "hook_waiting", instance=new, hook="ballast-drain")


def test_what_ec2_ends_while_it_waits_is_replaced() -> None:
    world, new, _ = a_launching_instance()

    world.terminate_instance(new)
    world.clock.run_until(300)

    assert len(instances_of(world)) == 2
    assert new not in instances_of(world)
