"""EC2 starts what was stopped, and tells of it late, partly or not at all."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from simulator.world.autoscaling.readings import readings_of
from simulator.world.core.errors import AwsError
from simulator.world.ec2.answers import Refusal
from simulator.world.world import World
from tests.simulator.world.builders import (
    CLUSTER,
    a_fleet,
    a_world,
    autoscaling,
    container_instance,
    drain,
    facts,
    heard_by,
    instances_of,
)


def a_stopped_instance(*, keeps: bool) -> tuple[World, str]:
    """Outside any group; a person had drained it and its agent was connected."""
    world = a_world()
    world.readings.restart_keeps_record = keeps
    instance = world.add_instance(CLUSTER)
    world.add_service(CLUSTER, "api", desired=1)
    drain(world, instance.id)
    world.stop_instance(instance.id)
    world.clock.run_until(120)
    return world, instance.id


def ids(answer: dict[str, Any]) -> dict[str, str]:
    """Each instance that DescribeInstances shows, and its state."""
    shown = [instance for reservation in answer["Reservations"] for instance in reservation["Instances"]]
    return {instance["InstanceId"]: instance["State"]["Name"] for instance in shown}


def describe(world: World, **params: Any) -> dict[str, str]:
    return ids(world.handle("ec2", "DescribeInstances", params))


def test_a_stopped_instance_starts_with_the_same_id_and_says_so() -> None:
    world, instance_id = a_stopped_instance(keeps=True)
    events = heard_by(world)

    world.start_instance(instance_id)
    world.clock.run_until(400)

    told = [e["detail"]["state"] for e in events if e["source"] == "aws.ec2"]
    assert told == ["pending", "running"]
    assert describe(world, InstanceIds=[instance_id]) == {instance_id: "running"}
    [reservation] = world.handle("ec2", "DescribeInstances", {})["Reservations"]
    assert reservation["Instances"][0]["LaunchTime"] == world.moment(120)
    assert "StateReason" not in reservation["Instances"][0]


def test_the_same_container_instance_is_still_draining_when_its_agent_is_back() -> None:
    world, instance_id = a_stopped_instance(keeps=True)
    arn = world.host(instance_id).arn
    before = container_instance(world, instance_id)

    world.start_instance(instance_id)
    world.clock.run_until(400)

    after = container_instance(world, instance_id)
    assert (before["agentConnected"], after["agentConnected"]) == (False, True)
    assert (after["status"], after["containerInstanceArn"]) == ("DRAINING", arn)
    assert len(facts(world, "instance_joined")) == 1


def test_an_agent_without_its_data_leaves_its_old_record_behind() -> None:
    world, instance_id = a_stopped_instance(keeps=False)
    old = world.host(instance_id)

    world.start_instance(instance_id)
    world.clock.run_until(400)

    new = world.host(instance_id)
    assert new is not old
    assert (old.status, old.agent_connected) == ("DRAINING", False)
    assert (new.status, new.agent_connected) == ("ACTIVE", True)
    assert old.arn in world.clusters[CLUSTER].container_instances


def test_tasks_that_ended_unheard_are_reported_when_the_agent_is_back() -> None:
    world = a_world()
    world.readings.restart_keeps_record = True
    instance = world.add_instance(CLUSTER)
    world.add_service(CLUSTER, "api", desired=1)
    world.clock.run_until(60)
    [task] = list(world.clusters[CLUSTER].services["api"].tasks.values())
    world.disconnect_agent(instance.id)
    world.stop_instance(instance.id)
    world.clock.run_until(200)
    meanwhile = task.last_status

    world.start_instance(instance.id)
    world.clock.run_until(600)

    assert (meanwhile, task.last_status) == ("RUNNING", "STOPPED")
    assert world.clusters[CLUSTER].services["api"].running == 1


def test_a_spot_instance_that_ec2_stopped_may_be_started_again() -> None:
    world = a_world()
    world.readings.restart_keeps_record = True
    instance = world.add_instance(CLUSTER, spot=True)
    world.warn_spot(instance.id, "stop")
    world.clock.run_until(1200)
    stopped = describe(world)

    world.start_instance(instance.id)
    world.clock.run_until(1500)

    assert (stopped, describe(world)) == ({instance.id: "stopped"}, {instance.id: "running"})
    assert world.host(instance.id).agent_connected


def test_only_what_is_stopped_starts() -> None:
    world = a_fleet()
    first, second, _ = instances_of(world)
    world.terminate_instance(second)
    world.clock.run_until(300)

    for instance_id in (first, second):
        world.start_instance(instance_id)

    assert not facts(world, "instance_state", state="pending", instance=first)
    assert world.ec2.instances[second].state == "terminated"


def test_a_member_that_is_started_before_anybody_looked_is_kept() -> None:
    world = a_fleet()
    world.suspend_processes("web", "ReplaceUnhealthy")
    first = instances_of(world)[0]
    world.stop_instance(first)
    world.clock.run_until(300)
    world.start_instance(first)
    world.clock.run_until(600)

    world.resume_processes("web")
    world.clock.run_until(900)

    assert first in instances_of(world)
    assert len(facts(world, "instance_launched")) == 3


def test_describe_instances_lags_behind_launches_and_terminations() -> None:
    world = a_fleet()
    first = instances_of(world)[0]
    world.lag_describe_instances(90)
    world.terminate_instance(first)
    world.clock.run_until(80)
    new = instances_of(world)[-1]
    launched_at_s = world.ec2.instances[new].launched_at_s

    assert describe(world, InstanceIds=[first]) == {first: "running"}
    assert new not in describe(world)
    assert describe(world, Filters=[{"Name": "instance-id", "Values": [new]}]) == {}
    with pytest.raises(AwsError) as caught:
        describe(world, InstanceIds=[first, new])
    assert caught.value.code == "InvalidInstanceID.NotFound"
    world.clock.run_until(launched_at_s + 91)
    assert describe(world, InstanceIds=[new]) == {new: "pending"}
    world.lag_describe_instances(0)
    assert describe(world, InstanceIds=[first, new])[new] == "running"


def test_the_state_filter_sees_what_the_answer_shows() -> None:
    world = a_fleet()
    first = instances_of(world)[0]
    world.lag_describe_instances(600)
    world.terminate_instance(first)
    world.clock.run_until(300)

    assert first in describe(world, Filters=[{"Name": "instance-state-name", "Values": ["running"]}])


@pytest.mark.parametrize("from_group", [False, True])
def test_a_hidden_instance_is_unknown_for_a_while(*, from_group: bool) -> None:
    world = a_fleet()
    first = instances_of(world)[0]

    world.hide_instance(first, 300, from_group=from_group)

    assert first not in describe(world)
    in_group = autoscaling(world, "DescribeAutoScalingInstances", InstanceIds=[first])["AutoScalingInstances"]
    [group] = autoscaling(world, "DescribeAutoScalingGroups")["AutoScalingGroups"]
    assert (len(in_group), len(group["Instances"])) == ((0, 2) if from_group else (1, 3))
    world.clock.run_until(301)
    assert first in describe(world)


def test_one_id_that_is_none_of_ec2_refuses_the_whole_question() -> None:
    world = a_fleet()
    external = "mi-0123456789abcdef0"

    with pytest.raises(AwsError, match="less than or equal to 19") as caught:
        autoscaling(world, "DescribeAutoScalingInstances", InstanceIds=[instances_of(world)[0], external])

    assert (caught.value.code, caught.value.status) == ("ValidationError", 400)


def test_fifty_ids_a_call_and_no_more() -> None:
    world = a_fleet()
    many = [f"i-{number:017x}" for number in range(51)]

    assert autoscaling(world, "DescribeAutoScalingInstances", InstanceIds=many[:50]) == {"AutoScalingInstances": []}
    with pytest.raises(AwsError, match="limited to 50"):
        autoscaling(world, "DescribeAutoScalingInstances", InstanceIds=many)


@pytest.mark.parametrize(
    ("service", "operation", "how", "code"),
    [
        ("ec2", "DescribeInstances", "denied", "UnauthorizedOperation"),
        ("ec2", "DescribeInstances", "throttled", "RequestLimitExceeded"),
        ("autoscaling", "DescribeAutoScalingInstances", "denied", "AccessDenied"),
        ("ecs", "ListClusters", "denied", "AccessDeniedException"),
        ("ecs", "ListClusters", "throttled", "ThrottlingException"),
    ],
)
def test_a_refused_call_answers_as_its_service_does(service: str, operation: str, how: Refusal, code: str) -> None:
    world = a_fleet()
    world.refuse_calls(service, operation, how, for_s=60)

    with pytest.raises(AwsError) as caught:
        world.handle(service, operation, {})

    assert caught.value.code == code
    assert facts(world, "call_refused", operation=operation, how=how)
    world.clock.run_until(61)
    assert world.handle(service, operation, {})


def test_the_seed_chooses_the_readings_and_nothing_else_is_drawn_for_them() -> None:
    rng, untouched = seeded(3), seeded(3)

    readings = [readings_of(seeded(seed)) for seed in range(50)]

    assert readings_of(rng) == readings_of(seeded(3))
    assert rng.random() == untouched.random()
    for name in type(readings[0]).__dataclass_fields__:
        assert {getattr(each, name) for each in readings} == {True, False}


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a simulation wants a seed
