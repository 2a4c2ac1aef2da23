"""One EC2 id, several container instances; the agent speaks for the newest."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, a_fleet, ecs, facts, heard_by, instances_of, tasks_on

OLD = "old"


def records(world: World, instance_id: str, cluster: str = CLUSTER) -> list[dict[str, Any]]:
    named = {"cluster": cluster, "filter": f"ec2InstanceId == {instance_id}"}
    arns = world.handle("ecs", "ListContainerInstances", named)["containerInstanceArns"]
    asked = {"cluster": cluster, "containerInstances": arns}
    return list(world.handle("ecs", "DescribeContainerInstances", asked)["containerInstances"]) if arns else []


def test_an_agent_that_lost_its_data_registers_again_and_leaves_a_ghost_with_its_tasks() -> None:
    world = a_fleet(1)
    (instance_id,) = instances_of(world)
    world.add_service(CLUSTER, "shop", desired=2)
    events = heard_by(world)

    world.lose_agent_data(instance_id)

    shown = [(r["agentConnected"], r["status"], r["runningTasksCount"]) for r in records(world, instance_id)]
    assert shown == [(False, "ACTIVE", 2), (True, "ACTIVE", 0)]
    assert [event["detail"]["agentConnected"] for event in events] == [False, True]
    assert world.host(instance_id).arn == records(world, instance_id)[1]["containerInstanceArn"]


def test_tasks_of_the_ghost_are_cut_off_with_the_host_and_ecs_never_hears_of_it() -> None:
    world = a_fleet(1)
    (instance_id,) = instances_of(world)
    world.add_service(CLUSTER, "shop", desired=2)
    world.lose_agent_data(instance_id)

    world.terminate_instance(instance_id)
    world.clock.run_until(300)

    assert len(facts(world, "task_stopped", interrupted=True)) == 2
    (ghost,) = records(world, instance_id)
    assert (ghost["agentConnected"], ghost["runningTasksCount"]) == (False, 2)


def test_the_connected_record_is_deregistered_with_its_host_and_the_ghost_stays() -> None:
    world = a_fleet(1)
    (instance_id,) = instances_of(world)
    ghost = world.add_ghost(instance_id)

    world.terminate_instance(instance_id)
    world.clock.run_until(300)

    assert [r["containerInstanceArn"] for r in records(world, instance_id)] == [ghost.arn]
    world.handle("ecs", "DeregisterContainerInstance", {"cluster": CLUSTER, "containerInstance": ghost.arn})
    assert records(world, instance_id) == []


@pytest.mark.parametrize("listed", ["first", "last"])
def test_a_ghost_is_listed_where_the_scenario_says(listed: Any) -> None:
    world = a_fleet(2)
    (first, _) = instances_of(world)
    current = world.host(first)

    ghost = world.add_ghost(first, listed=listed, tasks=1)

    arns = ecs(world, "ListContainerInstances")["containerInstanceArns"]
    assert arns.index(ghost.arn) == {"first": 0, "last": 2}[listed]
    assert world.host(first) is current
    assert [r["runningTasksCount"] for r in records(world, first) if not r["agentConnected"]] == [1]
    (cluster,) = ecs(world, "DescribeClusters", clusters=[CLUSTER])["clusters"]
    assert cluster["registeredContainerInstancesCount"] == 3


def test_no_event_tells_of_a_ghost_that_was_always_there() -> None:
    world = a_fleet(1)
    events = heard_by(world)

    world.add_ghost(instances_of(world)[0], tasks=1)

    assert events == []


def test_an_agent_that_moved_is_in_its_new_cluster_and_a_ghost_in_the_old_one() -> None:
    world = a_fleet(1)
    (instance_id,) = instances_of(world)
    world.add_cluster("next")
    world.add_service(CLUSTER, "shop", desired=1)

    world.move_agent(instance_id, "next")

    assert [r["agentConnected"] for r in records(world, instance_id)] == [False]
    assert [r["agentConnected"] for r in records(world, instance_id, "next")] == [True]
    assert world.host(instance_id).cluster.name == "next"


def test_a_ghost_in_another_cluster_ends_with_its_host() -> None:
    world = a_fleet(1)
    (instance_id,) = instances_of(world)
    world.add_cluster("before")
    ghost = world.add_ghost(instance_id, "before", tasks=1)

    world.terminate_instance(instance_id)
    world.clock.run_until(300)

    assert len(facts(world, "task_stopped", interrupted=True)) == 1
    assert [r["containerInstanceArn"] for r in records(world, instance_id, "before")] == [ghost.arn]


def test_nothing_new_is_placed_on_a_ghost() -> None:
    world = a_fleet(1)
    (instance_id,) = instances_of(world)
    ghost = world.add_ghost(instance_id)

    world.add_service(CLUSTER, "shop", desired=4)

    assert not ghost.unfinished
    assert len(tasks_on(world, instance_id)) == 4
