"""Managed scaling in full, minute by minute."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.world.core.capacity_records import ScalingRules, StrategyItem
from simulator.world.ecs.waiting import MOST_WAITING
from simulator.world.world import World
from tests.simulator.world.builders import CLUSTER, SMALL, a_world, autoscaling, drain, ecs, facts, instances_of

QUICK = ScalingRules(warmup_s=0)


def a_provider(desired: int = 3, *, busy: int | None = None, rules: ScalingRules = QUICK, **group: Any) -> World:
    """Each instance takes two tasks of the service, and `busy` instances are full."""
    world = a_world()
    options: dict[str, Any] = {"shape": SMALL, "zones": ("us-east-1a",), "maximum": 20} | group
    world.add_group("web", CLUSTER, desired=desired, scaling=rules, **options)
    tasks = 2 * (desired if busy is None else busy)
    world.add_service(
        CLUSTER, "api", desired=tasks, cpu=1024, memory_mib=2048, binpack=True, capacity_providers=["web"]
    )
    return world


def desired(world: World) -> int:
    return world.groups.groups["web"].desired


def minutes(world: World, to: float) -> None:
    world.clock.run_until(60 * to + 1)


def want_tasks(world: World, count: int) -> None:
    service = world.clusters[CLUSTER].services["api"]
    service.desired = count
    world.scheduler.touch(service)


def values(world: World) -> list[float]:
    return [float(fact.data["value"]) for fact in facts(world, "reservation")]


def test_nothing_is_done_while_every_instance_is_needed() -> None:
    world = a_provider(3)
    minutes(world, 30)

    assert desired(world) == 3
    assert set(values(world)) == {100.0}


def test_tasks_without_room_wait_in_provisioning_and_the_next_datapoint_scales_out() -> None:
    world = a_provider(3)
    want_tasks(world, 9)
    minutes(world, 0.5)
    waiting = list(world.clusters[CLUSTER].waiting)
    shown = ecs(world, "DescribeTasks", tasks=waiting)["tasks"]
    assert [task["lastStatus"] for task in shown] == ["PROVISIONING"] * 3
    assert all("containerInstanceArn" not in task and task["capacityProviderName"] == "web" for task in shown)
    assert set(waiting) <= set(ecs(world, "ListTasks")["taskArns"])
    minutes(world, 1)
    assert desired(world) == 5
    minutes(world, 5)

    assert world.clusters[CLUSTER].services["api"].running == 9
    assert set(waiting) <= set(world.clusters[CLUSTER].tasks)  # the same tasks
    assert facts(world, "service_action", name="CAPACITY_PROVIDER_STEADY_STATE")
    assert not facts(world, "service_action", name="SERVICE_TASK_PLACEMENT_FAILURE")


def test_an_empty_instance_goes_after_fifteen_datapoints() -> None:
    world = a_provider(4, busy=3)
    minutes(world, 14)
    assert desired(world) == 4
    minutes(world, 15)

    assert desired(world) == 3


def test_whoever_scales_out_restarts_the_fifteen_minutes() -> None:
    world = a_provider(4, busy=3)
    minutes(world, 10)
    world.set_desired("web", 5)
    minutes(world, 24)
    assert desired(world) == 5
    minutes(world, 27)

    assert desired(world) == 3


def test_less_than_half_goes_in_a_minute() -> None:
    world = a_provider(10, busy=0)
    minutes(world, 17)

    steps = [(fact.data["old"], fact.data["new"]) for fact in facts(world, "managed_scaling")]
    assert steps == [(10, 6), (6, 4), (4, 3)]


def test_a_target_below_hundred_keeps_room() -> None:
    world = a_provider(10, busy=10, target_capacity=90)
    minutes(world, 1)
    assert desired(world) == 12
    minutes(world, 40)

    assert desired(world) == 12


def test_from_no_instance_two_are_started() -> None:
    world = a_provider(0, maximum=20)
    want_tasks(world, 1)
    minutes(world, 1)

    assert (desired(world), values(world)) == (2, [200.0])


@pytest.mark.parametrize(("stays", "most"), [(True, 0), (False, 2)])
def test_an_empty_provider_with_a_target_below_hundred_stays_empty_or_flaps(*, stays: bool, most: int) -> None:
    world = a_provider(0, maximum=20, target_capacity=90)
    world.readings.empty_stays_empty = stays
    minutes(world, 60)
    sizes = [fact.data["new"] for fact in facts(world, "managed_scaling")]

    assert max(sizes, default=0) == most
    assert stays or sizes[:4] == [2, 1, 0, 2]


def test_a_scale_out_waits_until_what_was_launched_has_warmed_up() -> None:
    world = a_provider(2, rules=ScalingRules(warmup_s=300))
    world.set_desired("web", 3)
    want_tasks(world, 14)
    minutes(world, 4)
    assert desired(world) == 3
    minutes(world, 6)

    assert desired(world) == 7


@pytest.mark.parametrize(("leaves_at_once", "to"), [(False, 4), (True, 5)])
def test_a_draining_instance_with_tasks_counts_or_is_replaced_at_once(*, leaves_at_once: bool, to: int) -> None:
    world = a_provider(4)
    world.readings.draining_leaves_at_once = leaves_at_once
    world.clusters[CLUSTER].services["api"].minimum_healthy_percent = 100
    world.clusters[CLUSTER].services["api"].maximum_percent = 100  # nothing moves
    drain(world, instances_of(world)[0])
    minutes(world, 2)

    assert desired(world) == to


@pytest.mark.parametrize(("below", "to"), [(False, 19), (True, 20)])
def test_the_low_alarm_is_at_the_target_or_a_little_below(*, below: bool, to: int) -> None:
    world = a_provider(20, busy=19)
    world.readings.low_alarm_below_target = below
    minutes(world, 20)

    assert desired(world) == to


@pytest.mark.parametrize(("every", "to"), [(True, 2), (False, 1)])
def test_tasks_of_a_launch_type_hold_their_instance_or_not(*, every: bool, to: int) -> None:
    world = a_provider(2, busy=0)
    world.readings.launch_type_tasks_hold = every
    for instance_id in instances_of(world):
        world.run_task(CLUSTER, on=instance_id)
    minutes(world, 15)

    assert desired(world) == to


def test_managed_termination_protection_lets_only_empty_instances_go() -> None:
    world = a_provider(3, busy=1, new_instances_protected_from_scale_in=True)
    busy = [id_ for id_ in instances_of(world) if world.host(id_).unfinished]
    minutes(world, 40)

    assert (desired(world), instances_of(world)) == (1, busy)


def test_protection_that_stays_on_an_instance_with_daemons_only_keeps_it_for_ever() -> None:
    rules = ScalingRules(keeps_daemon_protection=True)
    world = a_provider(2, busy=1, rules=rules, new_instances_protected_from_scale_in=True)
    world.add_service(CLUSTER, "agent", daemon=True, cpu=0, memory_mib=0)
    for member in world.groups.groups["web"].members.values():
        member.protected = True
    minutes(world, 40)

    assert (desired(world), len(instances_of(world))) == (1, 2)


def test_a_step_out_is_at_most_the_largest_also_for_room_that_the_target_keeps() -> None:
    world = a_provider(4, target_capacity=50, rules=ScalingRules(maximum_step=3))
    minutes(world, 1)

    assert desired(world) == 7


def test_what_is_not_wanted_any_more_does_not_wait_any_more() -> None:
    world = a_provider(3)
    want_tasks(world, 9)
    world.clock.run_until(10)
    want_tasks(world, 7)
    world.clock.run_until(20)

    assert len(world.clusters[CLUSTER].waiting) == 1


def test_no_more_tasks_wait_than_the_quota_allows() -> None:
    world = a_provider(1)
    want_tasks(world, 2 + MOST_WAITING + 3)
    world.clock.run_until(10)

    assert (len(world.clusters[CLUSTER].waiting), world.clusters[CLUSTER].services["api"].unplaced) == (MOST_WAITING, 3)
    assert facts(world, "service_action", name="SERVICE_TASK_PLACEMENT_FAILURE")


def test_suspended_alarms_change_nothing() -> None:
    world = a_provider(2)
    world.suspend_processes("web", "AlarmNotification")
    want_tasks(world, 8)
    minutes(world, 5)

    assert desired(world) == 2


def test_the_cause_of_an_activity_names_alarm_and_policy() -> None:
    world = a_provider(2, rules=ScalingRules())
    want_tasks(world, 6)
    minutes(world, 3)
    world.set_desired("web", 4)
    minutes(world, 5)
    causes = [
        a["Cause"] for a in autoscaling(world, "DescribeScalingActivities", AutoScalingGroupName="web")["Activities"]
    ]
    policy = world.providers["web"].policy
    attachments = ecs(world, "DescribeClusters", clusters=[CLUSTER], include=["ATTACHMENTS"])["clusters"][0][
        "attachments"
    ]

    assert "a user request explicitly set group desired capacity changing the desired capacity from 3 to 4" in causes[0]
    assert f"TargetTracking-web-AlarmHigh-{policy[-36:]} in state ALARM triggered policy {policy}" in causes[1]
    assert "changing the desired capacity from 2 to 3" in causes[1]
    assert {"name": "scalingPolicyName", "value": policy} in attachments[0]["details"]


def test_a_task_that_fits_no_type_is_stopped_after_ten_to_thirty_minutes_and_tried_again() -> None:
    world = a_provider(1)
    world.add_service(CLUSTER, "huge", desired=1, cpu=512, memory_mib=60_000, capacity_providers=["web"])
    minutes(world, 9)
    [first] = world.clusters[CLUSTER].waiting
    minutes(world, 31)
    [second] = world.clusters[CLUSTER].waiting
    [shown] = ecs(world, "DescribeTasks", tasks=[first])["tasks"]

    assert second != first
    assert (shown["lastStatus"], shown["stopCode"]) == ("STOPPED", "TaskFailedToStart")
    assert shown["stoppedReason"] == "TaskFailedToStart: RESOURCE:MEMORY"
    assert desired(world) == 1
    assert facts(world, "service_action", name="SERVICE_TASK_PLACEMENT_FAILURE", service="huge")


def test_a_strategy_fills_its_base_first_and_then_its_weights() -> None:
    world = a_world()
    for name in ("steady", "spot", "never"):
        world.add_group(name, CLUSTER, desired=4, shape=SMALL, scaling=QUICK)
    strategy = [
        StrategyItem("steady", weight=1, base=2),
        StrategyItem("spot", weight=3),
        StrategyItem("never", weight=0),
    ]
    world.add_service(CLUSTER, "api", desired=10, cpu=128, memory_mib=128, capacity_providers=strategy)
    placed = [task.provider for task in world.clusters[CLUSTER].tasks.values()]
    [shown] = ecs(world, "DescribeServices", services=["api"])["services"]

    assert (placed.count("steady"), placed.count("spot")) == (4, 6)
    assert {task.host.instance.capacity_provider for task in world.clusters[CLUSTER].tasks.values()} == {
        "steady",
        "spot",
    }
    assert "launchType" not in shown
    assert shown["capacityProviderStrategy"][0] == {"capacityProvider": "steady", "weight": 1, "base": 2}


def test_tasks_of_a_launch_type_make_no_provider_grow() -> None:
    world = a_provider(1)
    world.add_service(CLUSTER, "plain", desired=4, cpu=1024, memory_mib=2048)
    minutes(world, 5)

    assert desired(world) == 1
    assert facts(world, "service_action", name="SERVICE_TASK_PLACEMENT_FAILURE", service="plain")


@pytest.mark.parametrize(("pending", "count"), [(True, 1), (False, 0)])
def test_a_task_that_waits_is_pending_or_not(*, pending: bool, count: int) -> None:
    world = a_provider(1)
    world.readings.provisioning_is_pending = pending
    want_tasks(world, 3)
    world.clock.run_until(10)

    assert ecs(world, "DescribeServices", services=["api"])["services"][0]["pendingCount"] == count


def test_a_waiting_task_can_be_stopped() -> None:
    world = a_provider(1)
    want_tasks(world, 3)
    world.clock.run_until(10)
    [waiting] = world.clusters[CLUSTER].waiting

    assert ecs(world, "StopTask", task=waiting)["task"]["lastStatus"] == "STOPPED"
    assert waiting not in world.clusters[CLUSTER].waiting


def test_a_standalone_task_waits_for_its_provider_and_then_starts() -> None:
    world = a_provider(1, rules=ScalingRules())

    assert world.run_task_by_provider(CLUSTER, "web", cpu=1024, memory_mib=2048)
    assert not world.run_task_by_provider(CLUSTER, "unknown")
    minutes(world, 5)
    [batch] = [task for task in world.clusters[CLUSTER].tasks.values() if task.service is None]
    assert (batch.last_status, batch.provider, desired(world)) == ("RUNNING", "web", 2)


def test_managed_scaling_can_be_switched_off() -> None:
    world = a_provider(2, busy=0)
    world.change_scaling("web", None)
    statuses = []
    for minute in (0.5, 20):
        minutes(world, minute)
        [provider] = ecs(world, "DescribeCapacityProviders", capacityProviders=["web"])["capacityProviders"]
        statuses.append(provider["updateStatus"])

    assert statuses == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]

    assert desired(world) == 2
