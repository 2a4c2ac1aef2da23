from __future__ import annotations

import pytest

from simulator.world.autoscaling.group_records import Hook
from simulator.world.core.errors import AwsError
from tests.simulator.world.builders import (
    CLUSTER,
    a_fleet,
    autoscaling,
    facts,
    heard_by,
    instances_of,
    tasks_on,
)


def test_a_higher_desired_capacity_brings_instances_that_join_after_one_to_two_minutes() -> None:
    world = a_fleet(desired=1)
    world.set_desired("web", 3)

    world.clock.run_until(59)
    early = len(world.clusters[CLUSTER].by_ec2_id)
    world.clock.run_until(121)

    states = {member.state for member in world.groups.groups["web"].members.values()}
    assert (early, len(world.clusters[CLUSTER].by_ec2_id), states) == (1, 3, {"InService"})


def test_desired_capacity_stays_within_the_limits_of_the_group() -> None:
    world = a_fleet(desired=2, minimum=1, maximum=3)

    world.set_desired("web", 9)
    assert len(instances_of(world)) == 3
    world.set_desired("web", 0)
    assert world.groups.groups["web"].desired == 1


def test_scale_in_spares_protected_instances() -> None:
    world = a_fleet(desired=3)
    first, second, third = instances_of(world)
    autoscaling(
        world,
        "SetInstanceProtection",
        AutoScalingGroupName="web",
        InstanceIds=[first, third],
        ProtectedFromScaleIn=True,
    )

    world.set_desired("web", 0)
    world.clock.run_until(300)

    assert instances_of(world) == [first, third]
    assert world.ec2.instances[second].state == "terminated"


def test_a_direct_termination_does_not_obey_protection_and_is_replaced_unless_capacity_goes_down() -> None:
    world = a_fleet(desired=2, new_instances_protected_from_scale_in=True)
    first, second = instances_of(world)

    for instance_id, decrement in ((first, False), (second, True)):
        autoscaling(
            world,
            "TerminateInstanceInAutoScalingGroup",
            InstanceId=instance_id,
            ShouldDecrementDesiredCapacity=decrement,
        )
    world.clock.run_until(300)

    assert world.groups.groups["web"].desired == 1
    assert len(instances_of(world)) == 1
    assert not {first, second} & set(instances_of(world))


def test_a_termination_may_not_take_the_group_below_its_minimum() -> None:
    world = a_fleet(desired=2, minimum=2)

    with pytest.raises(AwsError, match="desiredSize equals minSize"):
        autoscaling(
            world,
            "TerminateInstanceInAutoScalingGroup",
            InstanceId=instances_of(world)[0],
            ShouldDecrementDesiredCapacity=True,
        )


def test_a_spot_instance_dies_two_minutes_after_its_warning_and_is_replaced_afterwards() -> None:
    world = a_fleet(desired=2, spot=True, hooks=[Hook("ballast-drain")])
    world.add_service(CLUSTER, "api", desired=4)
    events = heard_by(world)
    first = instances_of(world)[0]

    world.warn_spot(first)
    world.clock.run_until(119)
    before = world.ec2.instances[first].state
    world.clock.run_until(400)

    warning = events[0]
    assert warning["detail-type"] == "EC2 Spot Instance Interruption Warning"
    assert warning["detail"] == {"instance-id": first, "instance-action": "terminate"}
    assert before == "running"
    assert facts(world, "instance_state", instance=first)[0].at_s == 120
    assert facts(world, "instance_launched")[-1].at_s > 120
    assert len(instances_of(world)) == 2
    assert first not in instances_of(world)
    assert not facts(world, "hook_waiting")
    assert len(facts(world, "task_stopped", instance=first, interrupted=True)) == 2


def test_a_spot_instance_dies_in_two_minutes_even_while_a_hook_holds_it() -> None:
    world = a_fleet(desired=2, spot=True, hooks=[Hook("ballast-drain")])
    first = instances_of(world)[0]

    world.scale_in("web", first)
    world.warn_spot(first)
    world.clock.run_until(300)

    assert world.ec2.instances[first].state == "terminated"
    assert len(facts(world, "hook_void", instance=first)) == 1
    assert instances_of(world) == [instance for instance in instances_of(world) if instance != first]


def test_a_stopped_instance_is_replaced_through_its_hooks() -> None:
    world = a_fleet(desired=2, hooks=[Hook("ballast-drain", heartbeat_timeout_s=60)])
    first = instances_of(world)[0]

    world.stop_instance(first)
    world.clock.run_until(400)

    assert facts(world, "hook_timed_out", instance=first)
    assert world.ec2.instances[first].state == "terminated"
    assert len(instances_of(world)) == 2


def test_managed_scaling_adds_what_the_waiting_tasks_need_but_never_more_than_the_maximum() -> None:
    world = a_fleet(desired=1, managed_scaling=True, maximum=4)
    service = world.add_service(CLUSTER, "api", desired=3, memory_mib=3000)
    events = heard_by(world)

    world.clock.run_until(400)
    assert (world.groups.groups["web"].desired, service.running) == (3, 3)
    service.desired = 9
    world.scheduler.touch(service)
    world.clock.run_until(800)

    assert (world.groups.groups["web"].desired, service.running) == (4, 4)
    reasons = [event["detail"].get("eventName") for event in events if event["detail-type"] == "ECS Service Action"]
    assert reasons[0] == "SERVICE_STEADY_STATE"
    assert "SERVICE_TASK_PLACEMENT_FAILURE" in reasons


def test_tasks_that_fit_no_empty_instance_never_scale_out() -> None:
    world = a_fleet(desired=1, managed_scaling=True)
    world.add_service(CLUSTER, "huge", desired=1, memory_mib=100_000)

    world.clock.run_until(600)

    assert world.groups.groups["web"].desired == 1
    assert facts(world, "service_action", name="SERVICE_TASK_PLACEMENT_FAILURE")


def test_managed_draining_drains_and_completes_its_own_hook_and_no_other() -> None:
    world = a_fleet(desired=3, managed_draining=True, hooks=[Hook("ballast-drain", heartbeat_timeout_s=7200)])
    world.add_service(CLUSTER, "api", desired=3)
    world.add_service(CLUSTER, "agent", daemon=True)
    first = instances_of(world)[0]

    world.scale_in("web", first)
    world.clock.run_until(600)

    statuses = facts(world, "container_instance_status", instance=first)
    assert [(fact.data["new"], fact.data["actor"]) for fact in statuses] == [("DRAINING", "ecs")]
    completed = facts(world, "hook_completed", instance=first)
    assert [(fact.data["hook"], fact.data["actor"], fact.data["result"]) for fact in completed] == [
        ("ecs-managed-draining-termination-hook", "ecs", "CONTINUE")
    ]
    assert tasks_on(world, first) == []
    assert world.ec2.instances[first].state == "running"


def test_managed_draining_waits_for_a_standalone_task_up_to_48_hours() -> None:
    world = a_fleet(desired=2, managed_draining=True)
    first = instances_of(world)[0]
    world.run_task(CLUSTER, on=first)

    world.scale_in("web", first)
    world.clock.run_until(48 * 3600 - 1)
    before = world.ec2.instances[first].state
    world.clock.run_until(48 * 3600 + 120)

    assert (before, world.ec2.instances[first].state) == ("running", "terminated")
    assert facts(world, "hook_heartbeat", actor="ecs")


def test_managed_draining_acts_on_a_spot_warning() -> None:
    world = a_fleet(desired=2, managed_draining=True, spot=True)

    world.warn_spot(instances_of(world)[0])
    world.clock.run_until(10)

    assert [fact.data["actor"] for fact in facts(world, "container_instance_status")] == ["ecs"]


def test_instances_of_a_group_are_described_with_their_lifecycle_state() -> None:
    world = a_fleet(desired=2, hooks=[Hook("ballast-drain")])
    alone = world.add_instance(CLUSTER)
    first, second = instances_of(world)
    world.scale_in("web", first)

    ids = [first, second, alone.id, "i-unknown"]
    answer = autoscaling(world, "DescribeAutoScalingInstances", InstanceIds=ids)["AutoScalingInstances"]

    assert [(shown["InstanceId"], shown["LifecycleState"]) for shown in answer] == [
        (first, "Terminating:Wait"),
        (second, "InService"),
    ]
