"""Warm pools: how they fill, what scale-out takes from them and scale-in puts back."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.world.autoscaling.group_records import Hook
from simulator.world.world import World
from tests.simulator.world.builders import a_fleet, autoscaling, facts, heard_by, instances_of

BOTH = (
    Hook("start-up", heartbeat_timeout_s=30, transition="autoscaling:EC2_INSTANCE_LAUNCHING"),
    Hook("ballast-drain", heartbeat_timeout_s=30),
)


def a_pooled_fleet(pool_state: str = "Stopped", *hooks: Hook, reuse: bool = False) -> tuple[World, list[str]]:
    """Two instances in service, one in the pool."""
    world = a_fleet(desired=2, maximum=3, hooks=hooks)
    world.readings.warm_instances_register = False
    world.readings.restart_keeps_record = True
    world.put_warm_pool("web", minimum=1, state=pool_state, reuse_on_scale_in=reuse)
    world.clock.run_until(300)
    return world, pool_of(world)


def pool_of(world: World) -> list[str]:
    answer = autoscaling(world, "DescribeWarmPool", AutoScalingGroupName="web")
    return [instance["InstanceId"] for instance in answer["Instances"]]


def states(world: World, instance_id: str) -> list[str]:
    return [fact.data["state"] for fact in facts(world, "lifecycle_state", instance=instance_id)]


def lifecycle_events(events: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [
        (e["detail-type"].removeprefix("EC2 Instance-"), e["detail"]["Origin"], e["detail"]["Destination"])
        for e in events
        if "Lifecycle" in e["detail-type"]
    ]


@pytest.mark.parametrize(
    ("pool_state", "ec2_state"), [("Stopped", "stopped"), ("Hibernated", "stopped"), ("Running", "running")]
)
def test_the_pool_fills_up_to_the_maximum_and_waits_as_it_was_told(pool_state: str, ec2_state: str) -> None:
    world, [warm] = a_pooled_fleet(pool_state)

    [group] = autoscaling(world, "DescribeAutoScalingGroups")["AutoScalingGroups"]
    assert states(world, warm)[-1] == f"Warmed:{pool_state}"
    assert world.ec2.instances[warm].state == ec2_state
    assert (group["WarmPoolSize"], len(group["Instances"]), group["DesiredCapacity"]) == (1, 2, 2)
    assert group["WarmPoolConfiguration"]["PoolState"] == pool_state
    assert world.find_host(warm) is None


def test_hooks_hold_what_enters_the_pool() -> None:
    world = a_fleet(desired=1, maximum=2, hooks=BOTH)
    events = heard_by(world)

    world.put_warm_pool("web")
    world.clock.run_until(300)

    [warm] = pool_of(world)
    assert states(world, warm) == ["Warmed:Pending:Wait", "Warmed:Pending:Proceed", "Warmed:Stopped"]
    assert lifecycle_events(events) == [("launch Lifecycle Action", "EC2", "WarmPool")]
    [launched] = [e["detail"] for e in events if e["detail-type"] == "EC2 Instance Launch Successful"]
    assert (launched["Origin"], launched["Destination"]) == ("EC2", "WarmPool")


@pytest.mark.parametrize("pool_state", ["Stopped", "Running"])
def test_scale_out_takes_the_instance_from_the_pool(pool_state: str) -> None:
    world, [warm] = a_pooled_fleet(pool_state, *BOTH)
    events = heard_by(world)

    world.set_desired("web", 3)
    world.clock.run_until(600)

    assert states(world, warm)[-4:] == ["Pending", "Pending:Wait", "Pending:Proceed", "InService"]
    assert ("launch Lifecycle Action", "WarmPool", "AutoScalingGroup") in lifecycle_events(events)
    assert world.host(warm).agent_connected
    assert warm in instances_of(world)


def test_a_warm_instance_may_register_before_it_is_in_service() -> None:
    world = a_fleet(desired=1, maximum=2)
    world.readings.warm_instances_register = True

    world.put_warm_pool("web", state="Running")
    world.clock.run_until(300)

    [warm] = pool_of(world)
    assert world.host(warm).agent_connected


def test_scale_in_returns_the_instance_to_the_pool_and_the_hook_says_where_to() -> None:
    world, _ = a_pooled_fleet("Stopped", *BOTH, reuse=True)
    events = heard_by(world)
    first = instances_of(world)[0]

    world.scale_in("web", first)
    world.clock.run_until(600)

    expected = ["Terminating", "Terminating:Wait", "Terminating:Proceed", "Warmed:Pending", "Warmed:Stopped"]
    assert states(world, first) == expected
    assert ("terminate Lifecycle Action", "AutoScalingGroup", "WarmPool") in lifecycle_events(events)
    assert world.ec2.instances[first].state == "stopped"
    assert facts(world, "hook_waiting", instance=first, destination="WarmPool")
    assert not world.host(first).agent_connected


def test_a_returned_instance_serves_again_as_the_same_container_instance() -> None:
    world, [warm] = a_pooled_fleet(reuse=True)
    first = instances_of(world)[0]
    arn = world.host(first).arn
    world.scale_in("web", first)
    world.clock.run_until(600)

    world.set_desired("web", 3)
    world.clock.run_until(1200)

    assert {first, warm} <= set(instances_of(world))
    assert (world.host(first).arn, world.host(first).agent_connected) == (arn, True)


def test_only_a_scale_in_returns_instances_to_the_pool() -> None:
    world, _ = a_pooled_fleet("Stopped", reuse=True)
    first = instances_of(world)[0]

    autoscaling(world, "TerminateInstanceInAutoScalingGroup", InstanceId=first, ShouldDecrementDesiredCapacity=False)
    world.clock.run_until(600)

    assert world.ec2.instances[first].state == "terminated"


def test_an_instance_on_its_way_to_a_deleted_pool_is_terminated() -> None:
    world, _ = a_pooled_fleet("Stopped", *BOTH, reuse=True)
    first = instances_of(world)[0]
    world.scale_in("web", first)

    world.delete_warm_pool("web")
    world.clock.run_until(900)

    assert world.ec2.instances[first].state == "terminated"


def test_a_deleted_pool_terminates_its_instances_past_their_hooks() -> None:
    world, [warm] = a_pooled_fleet("Stopped", *BOTH)
    events = heard_by(world)

    world.delete_warm_pool("web")
    world.clock.run_until(600)

    expected = ["Warmed:Terminating", "Warmed:Terminating:Wait", "Warmed:Terminating:Proceed"]
    assert states(world, warm)[-3:] == expected
    assert lifecycle_events(events) == [("terminate Lifecycle Action", "WarmPool", "EC2")]
    assert pool_of(world) == []
    assert world.ec2.instances[warm].state == "terminated"


def test_a_pool_is_there_pending_deletion_until_its_last_instance_has_ended() -> None:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteWarmPool.html, which waits unless told not to."""
    world, [warm] = a_pooled_fleet("Stopped", *BOTH)

    def shown() -> Any:
        [group] = autoscaling(world, "DescribeAutoScalingGroups")["AutoScalingGroups"]
        pool = autoscaling(world, "DescribeWarmPool", AutoScalingGroupName="web").get("WarmPoolConfiguration")
        assert pool == group.get("WarmPoolConfiguration")
        return pool and pool.get("Status", "there")

    assert shown() == "there"
    world.delete_warm_pool("web")
    assert (states(world, warm)[-1], shown()) == ("Warmed:Terminating:Wait", "PendingDelete")

    world.set_desired("web", 3)  # from no such pool
    world.clock.run_until(600)
    assert world.ec2.instances[warm].state == "terminated"
    assert (pool_of(world), shown()) == ([], None)


def test_an_empty_pool_is_deleted_at_once() -> None:
    world = a_fleet(desired=2, maximum=2)
    world.put_warm_pool("web")

    world.delete_warm_pool("web")

    assert "WarmPoolConfiguration" not in autoscaling(world, "DescribeAutoScalingGroups")["AutoScalingGroups"][0]


def test_a_warm_instance_that_ends_is_replaced_in_the_pool() -> None:
    world, [warm] = a_pooled_fleet()

    world.terminate_instance(warm)
    world.clock.run_until(700)

    assert len(pool_of(world)) == 1
    assert warm not in pool_of(world)
