from __future__ import annotations

import pytest

from simulator.world.core.errors import AwsError
from tests.simulator.world.builders import (
    CLUSTER,
    a_fleet,
    container_instance,
    drain,
    ecs,
    facts,
    heard_by,
    instances_of,
    tasks_on,
)


def test_an_unknown_container_instance_is_a_failure_with_the_reason_missing() -> None:
    world = a_fleet()
    known = world.host(instances_of(world)[0]).arn

    answer = ecs(world, "UpdateContainerInstancesState", containerInstances=[known, "nobody"], status="DRAINING")

    assert [shown["containerInstanceArn"] for shown in answer["containerInstances"]] == [known]
    assert answer["failures"] == [{"arn": "nobody", "reason": "MISSING"}]


def test_more_than_ten_instances_in_one_call_are_refused() -> None:
    world = a_fleet(desired=11)
    arns = list(world.clusters[CLUSTER].container_instances)

    with pytest.raises(AwsError, match="InvalidParameterException"):
        ecs(world, "UpdateContainerInstancesState", containerInstances=arns, status="DRAINING")

    assert not facts(world, "container_instance_status")


def test_a_deregistered_instance_cannot_be_drained() -> None:
    world = a_fleet()
    arn = world.host(instances_of(world)[0]).arn
    ecs(world, "DeregisterContainerInstance", containerInstance=arn)

    answer = ecs(world, "UpdateContainerInstancesState", containerInstances=[arn], status="DRAINING")

    assert answer == {"containerInstances": [], "failures": [{"arn": arn, "reason": "INACTIVE"}]}


def test_draining_twice_is_one_change_and_one_event() -> None:
    world = a_fleet()
    events = heard_by(world)
    first = instances_of(world)[0]

    drain(world, first)
    drain(world, first)

    assert [event["detail"]["status"] for event in events] == ["DRAINING"]
    assert facts(world, "container_instance_status")[0].data["actor"] == "ballast"


def test_the_version_of_events_grows_and_agrees_with_the_answers() -> None:
    world = a_fleet()
    world.add_service(CLUSTER, "api", desired=6)
    events = heard_by(world)
    first = instances_of(world)[0]

    drain(world, first)
    world.clock.run_until(300)

    arn = world.host(first).arn
    versions = [event["detail"]["version"] for event in events if event["resources"] == [arn]]
    assert len(versions) >= 3
    assert versions == sorted(set(versions))
    assert container_instance(world, first)["version"] == versions[-1]


def test_each_task_that_starts_or_stops_is_announced_by_its_container_instance() -> None:
    world = a_fleet()
    world.add_service(CLUSTER, "api", desired=3)
    events = heard_by(world)

    drain(world, instances_of(world)[0])
    world.clock.run_until(300)

    about_instances = [event for event in events if event["detail-type"] == "ECS Container Instance State Change"]
    assert len(about_instances) == 3  # DRAINING, the replacement placed, the old task stopped


def test_a_disconnected_agent_gets_no_new_tasks_and_its_tasks_do_not_stop_until_it_is_back() -> None:
    world = a_fleet()
    service = world.add_service(CLUSTER, "api", desired=3)
    events = heard_by(world)
    first = instances_of(world)[0]

    world.disconnect_agent(first, for_s=600)
    drain(world, first)
    world.clock.run_until(590)
    stuck = [(task.desired_status, task.last_status) for task in tasks_on(world, first)]
    world.clock.run_until(700)

    assert events[0]["detail"]["agentConnected"] is False
    assert stuck == [("STOPPED", "RUNNING")]
    assert tasks_on(world, first) == []
    assert service.running == 3
    assert not facts(world, "task_placed", instance=first)


def test_an_instance_that_ends_with_its_agent_connected_is_deregistered_by_ecs() -> None:
    world = a_fleet()
    first = instances_of(world)[0]

    world.terminate_instance(first)
    world.clock.run_until(180)

    gone = facts(world, "container_instance_deregistered", instance=first)
    assert [fact.data["actor"] for fact in gone] == ["ecs"]
    terminated = facts(world, "instance_state", instance=first, state="terminated")[0]
    assert 0 < gone[0].at_s - terminated.at_s <= 60


@pytest.mark.parametrize("way", ["disconnected", "stopped"])
def test_an_instance_that_ends_otherwise_leaves_a_ghost_until_it_is_forced_out(way: str) -> None:
    world = a_fleet()
    service = world.add_service(CLUSTER, "api", desired=3)
    first = instances_of(world)[0]
    arn = world.host(first).arn

    if way == "disconnected":
        world.disconnect_agent(first)
        world.terminate_instance(first)
    else:
        world.stop_instance(first)
    world.clock.run_until(1800)
    listed = ecs(world, "ListContainerInstances", filter="agentConnected == false")["containerInstanceArns"]
    ecs(world, "DeregisterContainerInstance", containerInstance=arn, force=True)
    world.clock.run_until(1900)

    assert world.ec2.instances[first].state == "terminated"
    assert listed == [arn]
    assert arn not in ecs(world, "ListContainerInstances")["containerInstanceArns"]
    assert service.running == 3
    assert len(facts(world, "task_stopped", instance=first, interrupted=True)) == 1


def test_deregistering_with_tasks_needs_force() -> None:
    world = a_fleet()
    world.add_service(CLUSTER, "api", desired=3)
    arn = world.host(instances_of(world)[0]).arn

    with pytest.raises(AwsError, match="Found running tasks"):
        ecs(world, "DeregisterContainerInstance", containerInstance=arn)


def test_a_forced_managed_instance_is_terminated() -> None:
    world = a_fleet()
    world.add_managed_instances_provider(CLUSTER, "managed")
    host = next(host for host in world.clusters[CLUSTER].room if host.instance.ecs_managed)

    ecs(world, "DeregisterContainerInstance", containerInstance=host.arn, force=True)

    assert host.instance.state == "shutting-down"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("ec2InstanceId == {0}", [0]),
        ("ec2InstanceId in [{2}, {1}, i-unknown]", [1, 2]),
        ("agentConnected == false", [1]),
        ("agentConnected == true and ec2InstanceId in [{0},{1}]", [0]),
        ("ec2InstanceId != {0}", [1, 2]),
    ],
)
def test_filters_choose_container_instances(expression: str, expected: list[int]) -> None:
    world = a_fleet()
    ids = instances_of(world)
    world.disconnect_agent(ids[1])

    arns = ecs(world, "ListContainerInstances", filter=expression.format(*ids))["containerInstanceArns"]

    assert arns == [world.host(ids[number]).arn for number in expected]


def test_an_unreadable_filter_is_refused() -> None:
    with pytest.raises(AwsError, match="Invalid filter"):
        ecs(a_fleet(), "ListContainerInstances", filter="moonPhase == full")
