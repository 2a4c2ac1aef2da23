"""Standby and detached instances: out of the group's service, not out of ECS."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.world.autoscaling.group_records import Hook
from simulator.world.world import World
from tests.simulator.world.builders import (
    a_fleet,
    autoscaling,
    container_instance,
    facts,
    heard_by,
    instances_of,
)


def shown(world: World, instance_id: str) -> dict[str, Any] | None:
    [*found] = autoscaling(world, "DescribeAutoScalingInstances", InstanceIds=[instance_id])["AutoScalingInstances"]
    return dict(found[0]) if found else None


def state(world: World, instance_id: str) -> str | None:
    found = shown(world, instance_id)
    return found["LifecycleState"] if found else None


def desired(world: World) -> int:
    return int(autoscaling(world, "DescribeAutoScalingGroups")["AutoScalingGroups"][0]["DesiredCapacity"])


def test_standby_goes_through_its_states_and_ecs_hears_nothing_of_it() -> None:
    world = a_fleet()
    events = heard_by(world)
    first = instances_of(world)[0]

    world.enter_standby(first)
    at_once = state(world, first)
    world.clock.run_until(60)

    assert (at_once, state(world, first), desired(world)) == ("EnteringStandby", "Standby", 2)
    assert container_instance(world, first)["status"] == "ACTIVE"
    assert (events, len(instances_of(world))) == ([], 3)


def test_standby_without_a_decrement_is_replaced() -> None:
    world = a_fleet()

    world.enter_standby(instances_of(world)[0], decrement=False)
    world.clock.run_until(300)

    assert (desired(world), len(instances_of(world))) == (3, 4)


def test_an_instance_comes_back_from_standby_and_the_capacity_with_it() -> None:
    world = a_fleet(hooks=[Hook("start-up", transition="autoscaling:EC2_INSTANCE_LAUNCHING")])
    first = instances_of(world)[0]
    world.enter_standby(first)
    world.clock.run_until(60)

    world.exit_standby(first)
    at_once = state(world, first)
    world.clock.run_until(120)

    assert (at_once, state(world, first), desired(world)) == ("Pending", "InService", 3)
    assert len(instances_of(world)) == 3
    assert not facts(world, "launch_hook_waiting")


def test_health_is_not_looked_at_in_standby_but_when_it_comes_back() -> None:
    world = a_fleet()
    first = instances_of(world)[0]
    world.enter_standby(first)
    world.clock.run_until(60)
    world.stop_instance(first)

    world.clock.run_until(600)
    meanwhile = state(world, first)
    world.exit_standby(first)
    world.clock.run_until(900)

    assert (meanwhile, state(world, first)) == ("Standby", None)
    assert len(instances_of(world)) == 3


def test_an_instance_that_is_stopped_and_started_in_standby_serves_again() -> None:
    world = a_fleet()
    world.readings.restart_keeps_record = True
    first = instances_of(world)[0]
    world.enter_standby(first)
    world.clock.run_until(60)
    world.stop_instance(first)
    world.clock.run_until(200)
    world.start_instance(first)
    world.clock.run_until(400)

    world.exit_standby(first)
    world.clock.run_until(800)

    assert state(world, first) == "InService"
    assert container_instance(world, first)["agentConnected"]


def test_scale_in_takes_none_from_standby() -> None:
    world = a_fleet()
    first = instances_of(world)[0]
    world.enter_standby(first)
    world.clock.run_until(60)

    world.set_desired("web", 0)
    world.clock.run_until(600)

    assert instances_of(world) == [first]


@pytest.mark.parametrize("verb", ["enter_standby", "detach_instance"])
def test_the_capacity_is_not_decremented_below_the_minimum(verb: str) -> None:
    world = a_fleet(minimum=3)

    getattr(world, verb)(instances_of(world)[0])

    assert desired(world) == 3
    [refused] = facts(world, "act_refused", act=verb)
    assert "min-size=3" in refused.data["why"]


def test_only_standby_is_left_and_only_service_can_be_put_on_standby() -> None:
    world = a_fleet()
    first = instances_of(world)[0]

    world.exit_standby(first)
    world.enter_standby(first)
    world.enter_standby(first)

    why = [fact.data["why"] for fact in facts(world, "act_refused")]
    assert why == [f"The instance {first} is not in Standby.", f"The instance {first} is not in InService."]


def test_what_is_in_no_group_is_not_put_on_standby() -> None:
    world = a_fleet()
    alone = world.add_instance("prod")

    world.enter_standby(alone.id)

    assert facts(world, "act_refused", act="enter_standby")


def test_a_detached_instance_leaves_the_group_and_runs_on_in_ecs() -> None:
    world = a_fleet(hooks=[Hook("ballast-drain")])
    events = heard_by(world)
    first = instances_of(world)[0]

    world.detach_instance(first)
    at_once = state(world, first)
    world.clock.run_until(300)

    assert (at_once, state(world, first)) == ("Detaching", None)
    assert [f.data["state"] for f in facts(world, "lifecycle_state", instance=first)] == ["Detaching", "Detached"]
    assert (desired(world), len(instances_of(world))) == (2, 2)
    assert (world.ec2.instances[first].state, container_instance(world, first)["agentConnected"]) == ("running", True)
    assert events == []
    assert facts(world, "instance_detached", instance=first)


def test_a_detached_instance_is_replaced_without_a_decrement() -> None:
    world = a_fleet()

    world.detach_instance(instances_of(world)[0], decrement=False)
    world.clock.run_until(300)

    assert (desired(world), len(instances_of(world))) == (3, 3)


def test_nobody_replaces_a_detached_instance_that_ends() -> None:
    world = a_fleet()
    first = instances_of(world)[0]
    world.detach_instance(first)
    world.clock.run_until(60)

    world.terminate_instance(first)
    world.clock.run_until(600)

    assert len(facts(world, "instance_launched")) == 3
