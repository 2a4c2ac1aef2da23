from __future__ import annotations

from simulator.world.core.records import Status
from tests.simulator.world.builders import (
    CLUSTER,
    a_fleet,
    container_instance,
    drain,
    ecs,
    facts,
    heard_by,
    instances_of,
    lowest_running,
    tasks_on,
)


def test_a_drain_moves_service_tasks_away_without_interrupting_any() -> None:
    world = a_fleet()
    world.add_service(CLUSTER, "api", desired=6)
    first = instances_of(world)[0]

    drain(world, first)
    world.clock.run_until(300)

    assert tasks_on(world, first) == []
    assert world.clusters[CLUSTER].services["api"].running == 6
    assert lowest_running(world, "api") == 6
    assert not facts(world, "task_stopped", interrupted=True)


def test_an_instance_looks_empty_in_its_counts_while_its_tasks_are_still_stopping() -> None:
    world = a_fleet()
    world.add_service(CLUSTER, "api", desired=3, stop_seconds=(100, 100))
    first = instances_of(world)[0]

    drain(world, first)
    world.clock.run_until(60)

    shown = container_instance(world, first)
    arn = shown["containerInstanceArn"]
    assert (shown["runningTasksCount"], shown["pendingTasksCount"]) == (0, 0)
    assert ecs(world, "ListTasks", containerInstance=arn)["taskArns"] == []
    stopping = ecs(world, "ListTasks", containerInstance=arn, desiredStatus="STOPPED")["taskArns"]
    assert [task["lastStatus"] for task in ecs(world, "DescribeTasks", tasks=stopping)["tasks"]] == ["STOPPING"]


def test_behind_a_load_balancer_a_task_deactivates_before_it_stops() -> None:
    world = a_fleet()
    world.add_service(CLUSTER, "api", desired=3, deregistration_delay_s=60, stop_seconds=(10, 10))
    first = instances_of(world)[0]
    task = tasks_on(world, first)[0]
    drain(world, first)
    world.clock.run_until(30)
    stopping_at_s = facts(world, "task_stopping")[0].at_s

    seen = {}
    for after_s in (30, 65, 70.5, 71.5):
        world.clock.run_until(stopping_at_s + after_s)
        seen[after_s] = task.last_status

    assert seen == {30: "DEACTIVATING", 65: "STOPPING", 70.5: "DEPROVISIONING", 71.5: "STOPPED"}


def test_pending_service_tasks_on_a_draining_instance_stop_at_once() -> None:
    world = a_fleet(desired=1)
    first = instances_of(world)[0]
    service = world.add_service(CLUSTER, "api", desired=0, start_seconds=(50, 50))
    service.desired = 1
    world.scheduler.touch(service)
    world.clock.run_until(10)
    assert world.host(first).pending == 1

    drain(world, first)
    world.clock.run_until(12)

    assert tasks_on(world, first) == []
    assert service.unplaced == 1


def test_minimum_and_maximum_of_100_percent_never_finish_a_drain() -> None:
    world = a_fleet()
    service = world.add_service(CLUSTER, "api", desired=3, maximum_percent=100)
    first = instances_of(world)[0]

    drain(world, first)
    world.clock.run_until(3600)

    assert [task.last_status for task in tasks_on(world, first)] == ["RUNNING"]
    assert service.running == 3


def test_a_maximum_of_100_percent_starts_a_replacement_only_after_the_stop() -> None:
    world = a_fleet()
    world.add_service(CLUSTER, "api", desired=3, minimum_healthy_percent=50, maximum_percent=100)

    drain(world, instances_of(world)[0])
    world.clock.run_until(300)

    placed, stopped = facts(world, "task_placed"), facts(world, "task_stopped")
    assert len(placed) == len(stopped) == 1
    assert placed[0].at_s > stopped[0].at_s


def test_two_instances_drained_at_once_leave_the_minimum_running() -> None:
    world = a_fleet(desired=4)
    service = world.add_service(CLUSTER, "api", desired=8, minimum_healthy_percent=75, maximum_percent=125)

    drain(world, *instances_of(world)[:2])
    world.clock.run_until(600)

    assert lowest_running(world, "api") == 6
    assert service.running == 8
    assert all(task.host.instance.id in instances_of(world)[2:] for task in service.tasks.values())


def test_there_are_never_more_tasks_than_the_maximum_percent_allows() -> None:
    world = a_fleet(desired=4)
    service = world.add_service(CLUSTER, "api", desired=8, maximum_percent=125)
    most = 0

    drain(world, *instances_of(world)[:2])
    for second in range(600):
        world.clock.run_until(second)
        most = max(most, len(service.tasks))

    assert most == 10


def test_a_standalone_task_is_left_alone() -> None:
    world = a_fleet()
    first = instances_of(world)[0]
    task = world.run_task(CLUSTER, "report", on=first)

    drain(world, first)
    world.clock.run_until(7200)

    assert (task.last_status, task.group) == ("RUNNING", "family:report")


def test_daemon_tasks_stop_last_and_only_when_nothing_else_is_left() -> None:
    world = a_fleet()
    world.add_service(CLUSTER, "agent", daemon=True)
    first = instances_of(world)[0]
    standalone = world.run_task(CLUSTER, on=first)

    drain(world, first)
    world.clock.run_until(600)
    assert sorted(task.group for task in tasks_on(world, first)) == ["family:batch", "service:agent"]
    world.stop_task(standalone.arn)
    world.clock.run_until(700)

    assert tasks_on(world, first) == []
    assert not facts(world, "task_placed", service="agent")


def test_a_protected_task_stays_until_its_protection_ends() -> None:
    world = a_fleet()
    world.add_service(CLUSTER, "api", desired=3)
    first = instances_of(world)[0]
    world.protect_task(tasks_on(world, first)[0].arn, for_s=900)

    drain(world, first)
    world.clock.run_until(890)
    before = len(tasks_on(world, first))
    world.clock.run_until(960)

    assert (before, tasks_on(world, first)) == (1, [])


def test_active_again_keeps_what_still_runs_and_removes_the_surplus() -> None:
    world = a_fleet()
    service = world.add_service(CLUSTER, "api", desired=3, start_seconds=(60, 60))
    first = instances_of(world)[0]
    drain(world, first)
    world.clock.run_until(30)

    arns = [world.host(first).arn]
    ecs(world, "UpdateContainerInstancesState", containerInstances=arns, status="ACTIVE")
    world.clock.run_until(600)

    assert world.host(first).status is Status.ACTIVE
    assert service.running == 3 == len(service.tasks)


def test_without_room_ecs_says_so_about_once_a_minute_and_tells_when_it_is_over() -> None:
    world = a_fleet(desired=2)
    world.add_service(CLUSTER, "api", desired=2, memory_mib=3000)
    events = heard_by(world)
    first = instances_of(world)[0]

    drain(world, first)
    world.clock.run_until(170)
    failures = [event for event in events if event["detail"].get("eventName") == "SERVICE_TASK_PLACEMENT_FAILURE"]
    world.set_desired("web", 3)
    world.clock.run_until(600)

    assert len(failures) == 3
    assert failures[0]["detail"]["reason"] == "RESOURCE:MEMORY"
    assert failures[0]["detail"]["containerInstanceArns"] == [world.host(instances_of(world)[1]).arn]
    assert events[-1]["detail"]["eventName"] == "SERVICE_STEADY_STATE"


def test_two_tasks_with_the_same_host_port_never_share_an_instance() -> None:
    world = a_fleet(desired=2)
    service = world.add_service(CLUSTER, "proxy", desired=2, host_port=443, maximum_percent=200)
    events = heard_by(world)

    drain(world, instances_of(world)[0])
    world.clock.run_until(60)

    assert len({task.host.number for task in service.tasks.values()}) == 2
    reasons = {event["detail"].get("reason") for event in events if event["detail-type"] == "ECS Service Action"}
    assert reasons == {"RESOURCE:PORTS"}
