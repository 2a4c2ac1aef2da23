"""Hosts of ECS Anywhere: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-anywhere.html."""

from __future__ import annotations

import re

import pytest

from simulator.world.core.errors import AwsError
from tests.simulator.world.builders import CLUSTER, a_fleet, container_instance, ecs, facts, heard_by, tasks_on


def test_an_external_host_is_a_managed_node_without_zone_and_type() -> None:
    world = a_fleet()
    external = world.add_external_instance(CLUSTER)

    shown = container_instance(world, external.id)

    assert re.fullmatch(r"mi-[0-9a-f]{17}", shown["ec2InstanceId"])
    names = {attribute["name"] for attribute in shown["attributes"]}
    assert "ecs.capability.external" in names
    assert not names & {"ecs.availability-zone", "ecs.instance-type", "ecs.ami-id"}


def test_ec2_calls_the_id_malformed_and_auto_scaling_knows_nothing_of_it() -> None:
    world = a_fleet()
    external = world.add_external_instance(CLUSTER)

    with pytest.raises(AwsError, match=r"InvalidInstanceID\.Malformed"):
        world.handle("ec2", "DescribeInstances", {"InstanceIds": [external.id]})
    by_filter = {"Filters": [{"Name": "instance-id", "Values": [external.id]}]}
    assert world.handle("ec2", "DescribeInstances", by_filter)["Reservations"] == []


def test_only_tasks_of_launch_type_external_go_there_and_they_go_nowhere_else() -> None:
    world = a_fleet(1)
    external = world.add_external_instance(CLUSTER)

    world.add_service(CLUSTER, "shop", desired=3)
    world.add_service(CLUSTER, "till", desired=2, launch_type="EXTERNAL")

    tasks = tasks_on(world, external.id)
    assert [task.group for task in tasks] == ["service:till", "service:till"]
    (shown, *_) = ecs(world, "DescribeTasks", tasks=[tasks[0].arn])["tasks"]
    assert shown["launchType"] == "EXTERNAL"
    assert "availabilityZone" not in shown
    (service, *_) = ecs(world, "DescribeServices", services=["till"])["services"]
    assert service["launchType"] == "EXTERNAL"


def test_daemons_of_launch_type_ec2_do_not_run_there() -> None:
    world = a_fleet(1)
    world.add_service(CLUSTER, "log-agent", daemon=True, cpu=64, memory_mib=64)

    external = world.add_external_instance(CLUSTER)
    world.clock.run_until(60)

    assert tasks_on(world, external.id) == []


def test_its_agent_goes_and_comes_back_with_an_event_each_time() -> None:
    world = a_fleet(1)
    external = world.add_external_instance(CLUSTER)
    events = heard_by(world)

    world.disconnect_agent(external.id, for_s=60)
    world.clock.run_until(120)

    of_it = [event["detail"] for event in events if event["detail"].get("ec2InstanceId") == external.id]
    assert [(detail["agentConnected"], detail["status"]) for detail in of_it] == [(False, "ACTIVE"), (True, "ACTIVE")]


def test_its_tasks_go_on_while_the_agent_is_away() -> None:
    world = a_fleet(1)
    external = world.add_external_instance(CLUSTER)
    world.add_service(CLUSTER, "till", desired=1, launch_type="EXTERNAL")

    world.disconnect_agent(external.id)
    world.clock.run_until(3600)

    assert not facts(world, "task_stopped")
    assert container_instance(world, external.id)["runningTasksCount"] == 1


def test_a_service_of_launch_type_external_that_finds_no_external_host_says_attribute() -> None:
    world = a_fleet(1)

    world.add_service(CLUSTER, "till", desired=1, launch_type="EXTERNAL")
    world.clock.run_until(10)

    (failure, *_) = facts(world, "service_action", name="SERVICE_TASK_PLACEMENT_FAILURE")
    assert failure.data["reason"] == "ATTRIBUTE"
