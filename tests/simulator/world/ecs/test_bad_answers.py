"""failures[], old lists, refusals of one cluster, clusters that are not ACTIVE."""

from __future__ import annotations

import pytest

from simulator.world.core.errors import AwsError
from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_fleet, a_world, ecs, facts, instances_of, tasks_on


def listed(world: World) -> list[str]:
    return list(ecs(world, "ListContainerInstances")["containerInstanceArns"])


def test_a_describe_call_answers_missing_for_what_is_there_and_shows_the_rest() -> None:
    world = a_fleet(2)
    first, second = instances_of(world)
    arns = [world.host(first).arn, world.host(second).arn]

    world.answer_missing(first, for_s=60)

    answer = ecs(world, "DescribeContainerInstances", containerInstances=arns)
    assert answer["failures"] == [{"arn": arns[0], "reason": "MISSING"}]
    assert [shown["containerInstanceArn"] for shown in answer["containerInstances"]] == arns[1:]
    world.clock.run_until(61)
    assert ecs(world, "DescribeContainerInstances", containerInstances=arns)["failures"] == []


def test_nothing_but_missing_is_an_answer_too() -> None:
    world = a_fleet(1)
    world.add_service(CLUSTER, "shop", desired=1)
    (task,) = tasks_on(world, instances_of(world)[0])

    world.answer_missing(task.arn, "shop")

    assert ecs(world, "DescribeTasks", tasks=[task.arn]) == {
        "tasks": [],
        "failures": [{"arn": task.arn, "reason": "MISSING"}],
    }
    assert ecs(world, "DescribeServices", services=["shop"])["services"] == []


def test_only_the_named_operations_miss_it() -> None:
    world = a_fleet(1)
    (instance_id,) = instances_of(world)
    arn = world.host(instance_id).arn

    world.answer_missing(instance_id, operations=["UpdateContainerInstancesState"])

    assert ecs(world, "DescribeContainerInstances", containerInstances=[arn])["failures"] == []
    drained = ecs(world, "UpdateContainerInstancesState", containerInstances=[arn], status="DRAINING")
    assert drained["failures"] == [{"arn": arn, "reason": "MISSING"}]
    assert world.host(instance_id).status == "ACTIVE"


def test_a_lagging_list_does_not_show_a_new_instance_yet_and_still_shows_one_that_is_gone() -> None:
    world = a_fleet(2)
    first, _ = instances_of(world)
    world.clock.run_until(300)
    before = listed(world)
    world.lag_lists(CLUSTER, 120)

    world.registry.deregister(world.host(first), actor="ecs")
    world.add_instance(CLUSTER)

    assert listed(world) == before
    assert len(ecs(world, "ListContainerInstances", filter=f"ec2InstanceId == {first}")["containerInstanceArns"]) == 1
    world.clock.run_until(421)
    assert listed(world) != before
    assert len(listed(world)) == 2


def test_a_lagging_list_shows_tasks_as_they_were() -> None:
    world = a_fleet(1)
    world.add_service(CLUSTER, "shop", desired=1)
    (task,) = tasks_on(world, instances_of(world)[0])
    world.clock.run_until(300)
    world.lag_lists(CLUSTER, 30)

    world.stop_task(task.arn)
    world.clock.run_until(320)

    assert ecs(world, "ListTasks")["taskArns"] == [task.arn]
    assert ecs(world, "ListTasks", desiredStatus="STOPPED")["taskArns"] == []
    world.clock.run_until(400)
    assert task.arn not in ecs(world, "ListTasks")["taskArns"]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "ServerException"])
def test_one_cluster_refuses_and_the_other_answers(code: str) -> None:
    world = a_fleet(1)
    world.add_cluster("other")

    world.refuse("other", code, for_s=60)

    with pytest.raises(AwsError, match=code):
        world.handle("ecs", "ListTasks", {"cluster": world.clusters["other"].arn})
    with pytest.raises(AwsError, match=code):
        world.handle("ecs", "DescribeClusters", {"clusters": [CLUSTER, "other"]})
    assert ecs(world, "ListTasks") == {"taskArns": []}
    world.clock.run_until(61)
    assert world.handle("ecs", "ListTasks", {"cluster": "other"}) == {"taskArns": []}


def test_one_operation_is_refused_and_the_others_are_not() -> None:
    world = a_fleet(1)

    world.refuse(CLUSTER, operations=["ListServices"])

    with pytest.raises(AwsError, match="not authorized to perform: ecs:ListServices"):
        ecs(world, "ListServices")
    assert ecs(world, "ListTasks") == {"taskArns": []}


@pytest.mark.parametrize("status", ["PROVISIONING", "FAILED", "DEPROVISIONING"])
def test_a_cluster_that_is_not_active_says_so_and_its_work_goes_on(status: str) -> None:
    world = a_fleet(1)
    world.add_service(CLUSTER, "shop", desired=1)

    world.set_cluster_status(CLUSTER, status)

    (shown,) = ecs(world, "DescribeClusters", clusters=[CLUSTER])["clusters"]
    assert (shown["status"], shown["runningTasksCount"]) == (status, 1)
    assert len(ecs(world, "ListTasks")["taskArns"]) == 1


def test_an_inactive_cluster_is_described_and_nothing_else_and_seeds_differ_in_what_they_answer() -> None:
    codes, lists = set(), set()
    for seed in range(20):
        world = a_world(seed)
        world.set_cluster_status(CLUSTER, "INACTIVE")
        (shown,) = ecs(world, "DescribeClusters", clusters=[CLUSTER])["clusters"]
        assert shown["status"] == "INACTIVE"
        with pytest.raises(AwsError) as refused:
            ecs(world, "ListTasks")
        codes.add(refused.value.code)
        lists.add(bool(world.handle("ecs", "ListClusters", {})["clusterArns"]))

    assert codes == {"ClusterNotFoundException", "InvalidParameterException"}
    assert lists == {True, False}


def test_a_status_that_ecs_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="'BROKEN' is no status of a cluster"):
        a_world().set_cluster_status(CLUSTER, "BROKEN")


def test_the_change_of_a_cluster_is_in_the_journal() -> None:
    world = a_world()

    world.set_cluster_status(CLUSTER, "FAILED")

    assert facts(world, "cluster_status", status="FAILED")
