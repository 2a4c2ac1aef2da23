"""What goes wrong on one host, and a signal that is wrong of all of them."""

from __future__ import annotations

import pytest

from simulator.world.world import World
from tests.simulator.world.builders import (
    CLUSTER,
    SMALL,
    a_fleet,
    a_world,
    ecs,
    facts,
    heard_by,
    instances_of,
    tasks_on,
)

MINUTE = 60.0


def overall(world: World, instance_id: str) -> str:
    return world.host_health.overall(world.host(instance_id))


def test_with_a_broken_runtime_new_tasks_stay_pending_and_old_ones_run_on() -> None:
    world = a_fleet(1)
    world.add_service(CLUSTER, "shop", desired=2)
    world.tell_health()
    [ill], events = instances_of(world), heard_by(world)

    world.break_runtime(ill)
    world.scale_service(CLUSTER, "shop", 3)
    world.clock.run_until(5 * MINUTE)

    assert overall(world, ill) == "IMPAIRED"
    assert sorted(task.last_status for task in tasks_on(world, ill)) == ["PENDING", "RUNNING", "RUNNING"]
    world.mend_runtime(ill)
    world.clock.run_until(6 * MINUTE)
    assert overall(world, ill) == "OK"
    assert {task.last_status for task in tasks_on(world, ill)} == {"RUNNING"}
    health = [e["detail"]["overallStatus"] for e in events if "Health" in e["detail-type"]]
    assert health == ["IMPAIRED", "OK"]


def test_starts_fail_on_one_host_only_and_ecs_shows_where_and_why() -> None:
    world = a_fleet(2)
    ill, well = instances_of(world)
    world.fail_starts(ill)
    world.add_service(CLUSTER, "shop", desired=4)
    for task in list(world.clusters[CLUSTER].tasks.values()):
        world.stop_task(task.arn)

    world.clock.run_until(10 * MINUTE)

    arns = ecs(world, "ListTasks", containerInstance=world.host(ill).arn, desiredStatus="STOPPED")["taskArns"]
    shown = ecs(world, "DescribeTasks", tasks=arns)["tasks"]
    failed = [task for task in shown if task.get("stopCode") == "TaskFailedToStart"]
    assert failed
    assert {task["containerInstanceArn"] for task in failed} == {world.host(ill).arn}
    assert all(task["stoppedReason"].startswith("CannotPullContainerError: ") for task in failed)
    elsewhere = ecs(world, "ListTasks", containerInstance=world.host(well).arn, desiredStatus="STOPPED")["taskArns"]
    assert all(t["stopCode"] == "UserInitiated" for t in ecs(world, "DescribeTasks", tasks=elsewhere)["tasks"])
    assert overall(world, ill) == "OK"


def test_starts_that_failed_for_a_while_succeed_again() -> None:
    world = a_fleet(1)
    [ill] = instances_of(world)
    world.fail_starts(ill, "CannotCreateContainerError", for_s=5 * MINUTE)
    world.add_service(CLUSTER, "shop", desired=1)
    world.stop_task(next(iter(world.clusters[CLUSTER].tasks)))

    world.clock.run_until(30 * MINUTE)

    assert [task.last_status for task in tasks_on(world, ill)] == ["RUNNING"]


def test_ecs_is_blind_for_all_agents_while_their_tasks_run_on() -> None:
    world = a_fleet(3)
    world.add_service(CLUSTER, "shop", desired=6)
    hosts = instances_of(world)

    world.blind_agents(CLUSTER, 60 * MINUTE)
    world.set_desired("web", 4)
    world.clock.run_until(30 * MINUTE)
    during = [world.host(i).agent_connected for i in instances_of(world)]
    world.clock.run_until(61 * MINUTE)

    assert during == [False] * 4
    assert all(world.host(i).agent_connected for i in instances_of(world))
    assert facts(world, "task_stopped") == []
    assert sum(len(tasks_on(world, i)) for i in hosts) == 6


def test_ecs_is_blind_for_one_zone_only() -> None:
    world = a_world()
    world.add_group("web", CLUSTER, desired=3, shape=SMALL)

    world.blind_agents(CLUSTER, 60 * MINUTE, zone="us-east-1b")

    lost = {world.host(i).instance.zone for i in instances_of(world) if not world.host(i).agent_connected}
    assert lost == {"us-east-1b"}


@pytest.mark.parametrize("fault", ["never_joins", "registration_failed"])
def test_what_boots_from_a_spoiled_image_is_ill_and_shows_image_and_version(fault: str) -> None:
    world = a_fleet(2)
    world.spoil_image("ami-0bad0bad0bad0bad0", fault)  # type: ignore[arg-type]  # a parameter of the test is a str
    world.move_template("web", "ami-0bad0bad0bad0bad0")

    world.set_desired("web", 3)
    world.clock.run_until(20 * MINUTE)

    newest = instances_of(world)[-1]
    [group] = world.handle("autoscaling", "DescribeAutoScalingGroups", {})["AutoScalingGroups"]
    assert [i["LaunchTemplate"]["Version"] for i in group["Instances"]] == ["1", "1", "2"]
    [reservation] = world.handle("ec2", "DescribeInstances", {"InstanceIds": [newest]})["Reservations"]
    assert reservation["Instances"][0]["ImageId"] == "ami-0bad0bad0bad0bad0"
    host = world.find_host(newest)
    if fault == "never_joins":
        assert host is None
        return
    assert host is not None
    listed = ecs(world, "ListContainerInstances", status="REGISTRATION_FAILED")["containerInstanceArns"]
    assert listed == [host.arn]
    [shown] = ecs(world, "DescribeContainerInstances", containerInstances=listed)["containerInstances"]
    assert "network interface" in shown["statusReason"]
    world.add_service(CLUSTER, "shop", desired=30)
    assert tasks_on(world, newest) == []
