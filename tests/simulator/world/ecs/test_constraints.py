"""What tasks ask of their hosts: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.world.core.errors import AwsError
from simulator.world.core.records import Shape
from simulator.world.ecs.query_language import test_of as reads
from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_fleet, container_instance, ecs, facts, instances_of, tasks_on

GPU_HOST = Shape("g5.xlarge", cpu=4096, memory_mib=15568, gpus=1)


def places(world: World) -> list[int]:
    """Tasks on each instance of the group."""
    return [len(tasks_on(world, instance_id)) for instance_id in instances_of(world)]


def reason(world: World) -> str:
    world.clock.run_until(world.clock.now_s + 10)
    return str(facts(world, "service_action", name="SERVICE_TASK_PLACEMENT_FAILURE")[-1].data["reason"])


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("attribute:stack == prod", [0]),
        ("attribute:stack != prod", [1, 2]),
        ("attribute:stack exists", [0, 1]),
        ("attribute:stack !exists", [2]),
        ("attribute:stack in [prod, test]", [0, 1]),
        ("attribute:stack not_in [prod, test]", [2]),
        ("attribute:ecs.instance-type =~ m7g.*", [0, 1, 2]),
        ("attribute:ecs.instance-type =~ 'm7g.(large|xlarge)'", [0, 1, 2]),
        ("attribute:ecs.instance-type !~ m7g.*", []),
        ("attribute:ecs.availability-zone == us-east-1a and not(attribute:stack == prod)", [1, 2]),
        ("(attribute:stack == prod) || (attribute:stack == test)", [0, 1]),
        ("runningTasksCount > 0", [2]),
        ("task:group == family:batch", [2]),
        ("not(task:group == family:batch) && agentConnected == true", [0, 1]),
        ("agentVersion >= 1.9.0", [0, 1, 2]),
        ("agentVersion greater_than 2.0", []),
    ],
)
def test_expressions_choose_hosts(expression: str, expected: list[int]) -> None:
    world = a_fleet(3)
    ids = instances_of(world)
    world.put_attributes(ids[0], {"stack": "prod"})
    world.put_attributes(ids[1], {"stack": "test"})
    world.run_task(CLUSTER, "batch", on=ids[2])

    test = reads(expression)

    assert [number for number, id_ in enumerate(ids) if test(world.host(id_))] == expected
    arns = ecs(world, "ListContainerInstances", filter=expression)["containerInstanceArns"]
    assert arns == [world.host(ids[number]).arn for number in expected]


@pytest.mark.parametrize(
    "expression", ["moonPhase == full", "attribute:a ==", "(attribute:a == b", "attribute:a ~ b", ""]
)
def test_an_expression_that_cannot_be_read_is_told_when_the_service_is_made(expression: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        a_fleet().add_service(CLUSTER, "shop", member_of=[expression])


def test_an_expression_that_cannot_be_read_is_refused_as_a_filter() -> None:
    with pytest.raises(AwsError, match="Invalid filter"):
        ecs(a_fleet(), "ListContainerInstances", filter="attribute:a == b and")


def test_tasks_go_only_where_member_of_allows_and_wait_until_a_host_does() -> None:
    world = a_fleet(3)
    second = instances_of(world)[1]
    world.add_service(CLUSTER, "shop", desired=2, member_of=["attribute:stack == prod"])

    assert places(world) == [0, 0, 0]
    assert reason(world) == "MemberOf placement constraint unsatisfied."
    world.put_attributes(second, {"stack": "prod"})
    world.clock.run_until(120)

    assert places(world) == [0, 2, 0]


def test_distinct_instance_takes_each_host_once() -> None:
    world = a_fleet(3)

    world.add_service(CLUSTER, "shop", desired=4, distinct_instance=True)

    assert places(world) == [1, 1, 1]
    assert reason(world) == "DistinctInstance placement constraint unsatisfied."


def test_beside_a_stopping_task_there_is_room_for_another_of_a_distinct_service() -> None:
    world = a_fleet(1)
    world.add_service(CLUSTER, "shop", desired=1, distinct_instance=True, stop_seconds=(100, 100))
    (old,) = tasks_on(world, instances_of(world)[0])

    world.stop_task(old.arn)
    world.clock.run_until(60)

    assert len(tasks_on(world, instances_of(world)[0])) == 2


def test_a_gpu_is_taken_by_one_task() -> None:
    world = a_fleet(1, shape=GPU_HOST)

    world.add_service(CLUSTER, "model", desired=2, gpus=1)

    assert places(world) == [1]
    assert reason(world) == "RESOURCE:GPU"
    shown = {r["name"]: r for r in container_instance(world, instances_of(world)[0])["registeredResources"]}
    assert len(shown["GPU"]["stringSetValue"]) == 1
    left = {r["name"] for r in container_instance(world, instances_of(world)[0])["remainingResources"]}
    assert "GPU" not in left


def test_a_task_in_awsvpc_mode_takes_a_network_interface() -> None:
    world = a_fleet(1, shape=Shape("m7g.large", cpu=2048, memory_mib=7680, task_enis=2))

    world.add_service(CLUSTER, "shop", desired=3, awsvpc=True, cpu=128, memory_mib=128)

    assert places(world) == [2]
    assert reason(world) == "RESOURCE:ENI"


def test_what_a_task_definition_requires_must_be_on_the_host() -> None:
    world = a_fleet(2)
    first = instances_of(world)[0]
    world.put_attributes(first, {"com.example.fast-disk": None})

    world.add_service(CLUSTER, "shop", desired=2, requires_attributes=["com.example.fast-disk"])

    assert places(world) == [2, 0]
    world.add_service(CLUSTER, "other", desired=1, requires_attributes=["com.example.no-such"])
    assert reason(world) == "ATTRIBUTE"


def test_room_that_a_task_gives_back_is_whole() -> None:
    world = a_fleet(1, shape=GPU_HOST)
    world.add_service(CLUSTER, "model", desired=1, gpus=1, awsvpc=True)
    (task,) = tasks_on(world, instances_of(world)[0])
    host = task.host

    world.clusters[CLUSTER].services["model"].desired = 0
    world.stop_task(task.arn)
    world.clock.run_until(60)

    assert (host.free_gpus, host.free_enis) == (1, 3)


@pytest.mark.parametrize("by_service", [True, False])
def test_constraints_are_shown_where_they_were_written(by_service: Any) -> None:
    world = a_fleet(2)
    expression = "attribute:ecs.instance-type == m7g.large"
    world.add_service(
        CLUSTER, "shop", member_of=[expression], constrained_by_service=by_service, distinct_instance=True, gpus=0
    )

    (service,) = ecs(world, "DescribeServices", services=["shop"])["services"]
    definition = world.handle("ecs", "DescribeTaskDefinition", {"taskDefinition": service["taskDefinition"]})

    written = {"type": "memberOf", "expression": expression}
    assert service["placementConstraints"] == [{"type": "distinctInstance"}, *([written] if by_service else [])]
    assert definition["taskDefinition"]["placementConstraints"] == ([] if by_service else [written])


def test_a_task_without_a_size_says_so_in_both_ways_and_its_container_says_what_it_reserves() -> None:
    world = a_fleet(3)
    world.add_service(CLUSTER, "shop", desired=12, cpu=128, memory_mib=256, has_task_size=False)

    shown = ecs(world, "DescribeTasks", tasks=list(world.clusters[CLUSTER].tasks))["tasks"]

    assert {(task.get("cpu"), task.get("memory")) for task in shown} == {(None, None), ("0", "0")}
    (reserved,) = {(task["containers"][0]["cpu"], task["containers"][0]["memoryReservation"]) for task in shown}
    assert reserved == ("128", "256")


def test_managed_scaling_counts_gpus_and_distinct_hosts() -> None:
    world = a_fleet(1, maximum=6, managed_scaling=True)

    world.add_service(CLUSTER, "shop", desired=3, distinct_instance=True)
    world.clock.run_until(600)

    assert sum(places(world)) == 3
    assert len(instances_of(world)) == 3
