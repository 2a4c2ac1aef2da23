"""Desired counts that move, and deployments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.world.core.capacity_records import ScalingRules
from simulator.world.world import World
from tests.simulator.world.builders import (
    CLUSTER,
    a_fleet,
    autoscaling,
    drain,
    ecs,
    facts,
    heard_by,
    instances_of,
    lowest_running,
)


def a_service(desired: int = 4, **service: Any) -> World:
    world = a_fleet(4)
    world.add_service(CLUSTER, "api", desired=desired, **({"cpu": 256, "memory_mib": 512} | service))
    world.clock.run_until(60)
    return world


def count(world: World) -> tuple[int, int]:
    service = world.clusters[CLUSTER].services["api"]
    return service.desired, service.running


def shown(world: World) -> dict[str, Any]:
    return dict(ecs(world, "DescribeServices", services=["api"])["services"][0])


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["detail"]["eventName"] for event in events if "eventName" in event["detail"]]


def test_a_person_scales_a_service_out_and_in() -> None:
    world = a_service()
    events = heard_by(world)
    world.scale_service(CLUSTER, "api", 7)
    world.clock.run_until(200)
    assert count(world) == (7, 7)
    world.scale_service(CLUSTER, "api", 2)
    world.clock.run_until(400)

    assert count(world) == (2, 2)
    assert "SERVICE_DESIRED_COUNT_UPDATED" not in names(events)
    assert names(events).count("SERVICE_STEADY_STATE") == 2


@pytest.mark.parametrize("tells", [True, False])
def test_service_auto_scaling_steps_within_its_limits_and_ecs_tells_it_or_not(*, tells: bool) -> None:
    world = a_service()
    world.readings.autoscaling_tells_desired = tells
    events = heard_by(world)
    world.step_service(CLUSTER, "api", 3, maximum=6)
    world.step_service(CLUSTER, "api", -9, minimum=2)

    assert count(world)[0] == 2
    assert ("SERVICE_DESIRED_COUNT_UPDATED" in names(events)) is tells


def test_a_daily_curve_is_followed_from_hour_to_hour() -> None:
    world = a_service()
    curve = [2.0] * 24
    curve[11] = 10.0  # it is nine o'clock
    world.follow_curve(CLUSTER, "api", curve)
    seen = []
    for hour in (1, 1.5, 2, 3, 26):
        world.clock.run_until(hour * 3600 + 301)
        seen.append(count(world)[0])

    assert seen == [2, 6, 10, 2, 10]


def test_a_deployment_replaces_every_task_within_the_percentages() -> None:
    world = a_service(minimum_healthy_percent=75, maximum_percent=150)
    events = heard_by(world)
    old = set(world.clusters[CLUSTER].tasks)
    world.deploy(CLUSTER, "api", cpu=512, memory_mib=256)
    world.clock.run_until(70)
    during = shown(world)["deployments"]
    world.clock.run_until(300)
    tasks = [task for task in world.clusters[CLUSTER].tasks.values() if task.last_status == "RUNNING"]

    assert [(d["status"], d["rolloutState"]) for d in during] == [("PRIMARY", "IN_PROGRESS"), ("ACTIVE", "COMPLETED")]
    assert during[0]["taskDefinition"].endswith("/api:2")
    assert during[1]["taskDefinition"].endswith("/api:1")
    assert {task.spec.cpu for task in tasks} == {512}
    assert len(tasks) == 4
    assert not old & {task.arn for task in tasks}
    assert lowest_running(world, "api") >= 3
    assert [d["rolloutState"] for d in shown(world)["deployments"]] == ["COMPLETED"]
    assert [n for n in names(events) if "DEPLOYMENT" in n] == [
        "SERVICE_DEPLOYMENT_IN_PROGRESS",
        "SERVICE_DEPLOYMENT_COMPLETED",
    ]
    definition = ecs(world, "DescribeTaskDefinition", taskDefinition="api:2")["taskDefinition"]
    assert (definition["revision"], definition["cpu"]) == (2, "512")


def test_a_host_that_is_active_again_does_not_keep_the_tasks_of_an_old_revision() -> None:
    world = a_service(start_seconds=(60, 60))
    world.deploy(CLUSTER, "api")
    first = instances_of(world)[0]
    drain(world, first)
    ecs(world, "UpdateContainerInstancesState", containerInstances=[world.host(first).arn], status="ACTIVE")
    world.clock.run_until(400)

    running = [task for task in world.clusters[CLUSTER].tasks.values() if task.last_status == "RUNNING"]
    assert {task.spec.revision for task in running} == {2}


def test_tasks_that_stop_already_are_not_replaced_by_a_deployment() -> None:
    world = a_service(6, stop_seconds=(120, 120), maximum_percent=400)
    world.scale_service(CLUSTER, "api", 4)
    world.clock.run_until(65)
    world.deploy(CLUSTER, "api")
    world.clock.run_until(600)

    assert sum(task.spec.revision == 2 for task in world.clusters[CLUSTER].tasks.values()) == 4


def test_a_second_deployment_overtakes_the_first() -> None:
    world = a_service(start_seconds=(60, 60))
    world.deploy(CLUSTER, "api")
    world.clock.run_until(90)
    world.deploy(CLUSTER, "api")
    world.clock.run_until(400)

    running = [task for task in world.clusters[CLUSTER].tasks.values() if task.last_status == "RUNNING"]
    assert [task.spec.revision for task in running] == [3] * 4
    assert lowest_running(world, "api") == 4


def test_service_auto_scaling_does_not_scale_in_during_a_deployment() -> None:
    world = a_service(start_seconds=(60, 60))
    world.deploy(CLUSTER, "api")
    world.step_service(CLUSTER, "api", -2)
    assert count(world)[0] == 4
    world.clock.run_until(400)
    world.step_service(CLUSTER, "api", -2)

    assert count(world)[0] == 2


def test_a_deployment_without_room_makes_its_provider_scale_out() -> None:
    world = a_fleet(2, scaling=ScalingRules(), maximum=8)
    world.add_service(CLUSTER, "api", desired=4, cpu=1024, memory_mib=2048, capacity_providers=["web"])
    world.deploy(CLUSTER, "api")
    world.clock.run_until(600)

    assert facts(world, "managed_scaling", new=4)
    assert [f.data["name"] for f in facts(world, "deployment")][-1] == "SERVICE_DEPLOYMENT_COMPLETED"


def test_a_scheduled_action_sizes_the_group_once_or_daily() -> None:
    world = a_fleet(2, maximum=9)
    at = world.clock.utc + timedelta(minutes=30)
    world.schedule_size("web", "up", at, desired=5, minimum=4)
    world.schedule_size("web", "down", at + timedelta(minutes=30), desired=2, minimum=1, daily=True)
    world.schedule_size("web", "never", at, desired=9)
    world.unschedule_size("web", "never")
    described = autoscaling(world, "DescribeScheduledActions", AutoScalingGroupName="web")[
        "ScheduledUpdateGroupActions"
    ]
    early = autoscaling(world, "DescribeScheduledActions", EndTime=at)["ScheduledUpdateGroupActions"]
    world.clock.run_until(45 * 60)
    group = world.groups.groups["web"]
    assert (group.desired, group.minimum) == (5, 4)
    causes = [
        a["Cause"] for a in autoscaling(world, "DescribeScalingActivities", AutoScalingGroupName="web")["Activities"]
    ]
    world.clock.run_until(75 * 60)
    world.set_desired("web", 4)
    world.clock.run_until(25.5 * 3600)

    assert [(a["ScheduledActionName"], a.get("Recurrence"), a["DesiredCapacity"]) for a in described] == [
        ("up", None, 5),
        ("down", "0 10 * * *", 2),
    ]
    assert [a["ScheduledActionName"] for a in early] == ["up"]
    assert "a scheduled action update of AutoScalingGroup constraints to min: 4" in causes[0]
    assert group.desired == 2


def test_suspended_scheduled_actions_do_not_run() -> None:
    world = a_fleet(2)
    world.suspend_processes("web", "ScheduledActions")
    world.schedule_size("web", "up", world.clock.utc + timedelta(minutes=5), desired=5)
    world.clock.run_until(600)

    assert world.groups.groups["web"].desired == 2


def test_services_tell_what_happens_to_them_and_why_a_task_has_no_place() -> None:
    """Newest first, in the words of AWS's list of messages."""
    world = a_service(2)
    world.scale_service(CLUSTER, "api", 3)
    world.clock.run_until(120)
    told = [event["message"] for event in shown(world)["events"]]
    assert told[0] == "(service api) has reached a steady state."
    assert "has started 1 tasks" in told[1]
    world.deploy(CLUSTER, "api", cpu=90_000)
    world.clock.run_until(300)

    newest = shown(world)["events"][0]["message"]
    assert "was unable to place a task because no container instance met all of its requirements." in newest
    assert "insufficient CPU units available" in newest
