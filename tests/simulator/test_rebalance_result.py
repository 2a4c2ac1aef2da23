"""What came of rebalancing: money, moves, launches, waiting, and which fall of a service is one."""

from __future__ import annotations

import pytest

from simulator.ledger_watch import OVER
from simulator.moves import MOVE, REBALANCE, UNPLACED
from simulator.rebalance_result import launched_by_ballast, pending_task_minutes, rebalance_of
from simulator.result import below_minimum
from simulator.stage import MANAGED, Scenario, Stage
from simulator.world.core.capacity_records import ScalingRules
from simulator.world.core.core import Fact
from simulator.world.core.records import Shape

SMALL = Shape("m7g.large", cpu=2048, memory_mib=7680)


def a_stage(tags: dict[str, str] | None = None, *, maximum: int = 3) -> Stage:
    """Three instances of two tasks each, at half of their CPU."""

    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED | (tags or {}))
        world.add_group("web", "prod", desired=3, maximum=maximum, shape=SMALL, capacity_provider="web")
        world.add_service("prod", "api", desired=6, cpu=512, memory_mib=1024, capacity_providers=["web"])
        world.set_price("m7g.large", 0.08)

    return Stage(Scenario("some", "Three instances", 10, build), 1)


def test_where_nobody_says_anything_of_rebalancing_there_is_nothing_to_tell() -> None:
    with a_stage() as stage:
        assert rebalance_of(stage) is None


def test_money_is_told_beside_the_bound() -> None:
    with a_stage({REBALANCE: "report"}) as stage:
        stage.world.set_desired("web", 2)
        stage.play(5)
        found = rebalance_of(stage)

    assert found is not None
    assert found["usd_per_hour_before"] == pytest.approx(0.24)
    assert found["usd_per_hour_after"] == pytest.approx(0.16)
    assert found["bound_usd_per_hour"] == pytest.approx(0.12)  # six of 512 CPU units on types of 2,048


def test_tasks_without_room_are_counted_by_the_minute_and_what_fits_nowhere_is_in_no_bound() -> None:
    with a_stage({REBALANCE: "on"}) as stage:
        stage.at(4, lambda: stage.world.scale_service("prod", "api", 14))
        stage.play()
        stage.world.add_service("prod", "giant", desired=1, cpu=90_000, capacity_providers=["web"])
        stage.clock.run_until(stage.clock.now_s + 5)
        found = rebalance_of(stage)

    assert found is not None
    assert 11 < found["pending_task_minutes"] < 12.5  # two of them for six minutes
    assert found["bound_usd_per_hour"] == pytest.approx(0.28)


def test_what_waits_in_provisioning_is_counted_until_it_is_placed_or_gives_up() -> None:
    facts = [
        Fact(60, "task_waits", {"task": "a"}),
        Fact(60, "task_waits", {"task": "b"}),
        Fact(120, UNPLACED, {"cluster": "prod", "service": "api", "tasks": 3}),
        Fact(180, "task_placed", {"task": "a"}),
        Fact(180, UNPLACED, {"cluster": "prod", "service": "api", "tasks": 0}),
        Fact(240, "task_gave_up", {"task": "b"}),
    ]

    assert pending_task_minutes(facts, 600) == 2 + 3 + 3


def test_a_move_that_ends_with_its_instance_there_is_undone() -> None:
    with a_stage({REBALANCE: "on"}) as stage:
        gone, stays, _ = stage.instances("web")
        for instance in (gone, stays):
            stage.world.note(MOVE, instance=instance, phase=OVER, group="web")
        stage.world.scale_in("web", gone)
        stage.play(3)
        found = rebalance_of(stage)

    assert found is not None
    assert (found["moves"], found["moves_undone"], found["given_back"]) == (2, 1, 1)


@pytest.mark.parametrize("by_call", [True, False])
def test_what_ballast_launched_is_told_from_what_others_did(*, by_call: bool) -> None:
    with a_stage(maximum=9) as stage:
        world = stage.world
        world.set_desired("web", 4)
        if by_call:
            asked = {"RequestedCapacity": 2, "ClientToken": "a", "AvailabilityZones": ["us-east-1a"]}
            world.handle("autoscaling", "LaunchInstances", {"AutoScalingGroupName": "web", **asked})
        else:
            world.handle("autoscaling", "SetDesiredCapacity", {"AutoScalingGroupName": "web", "DesiredCapacity": 6})
        ours = launched_by_ballast(world.journal)
        world.set_desired("web", 8)

        assert len(ours) == 2
        assert set(launched_by_ballast(world.journal)) == set(ours) == set(stage.instances("web")[4:6])


def counts(at_s: float, running: int, minimum: int) -> Fact:
    return Fact(at_s, "service_counts", {"cluster": "prod", "service": "api", "running": running, "minimum": minimum})


def test_a_service_that_wants_more_has_not_fallen_and_one_that_loses_tasks_then_has_once() -> None:
    journal = [counts(0, 4, 4), counts(1, 4, 8), counts(2, 5, 8), counts(3, 3, 8), counts(4, 2, 8), counts(5, 8, 8)]

    assert [fact.at_s for fact in below_minimum(journal)] == [3]
    assert [fact.at_s for fact in below_minimum([*journal, counts(6, 7, 8)])] == [3, 6]


def test_tasks_that_wait_for_managed_scaling_are_noted_once() -> None:
    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED | {REBALANCE: "on"})
        stage.world.add_group("web", "prod", desired=1, maximum=2, shape=SMALL, scaling=ScalingRules(warmup_s=0))
        stage.world.add_service("prod", "api", desired=5, cpu=1024, memory_mib=1024, capacity_providers=["web"])

    with Stage(Scenario("some", "One instance", 8, build), 1) as stage:
        stage.play()
        found = rebalance_of(stage)

    assert found is not None
    assert 3 + 7 < found["pending_task_minutes"] < 3 * 4 + 8  # two until the second instance, one to the end


def test_what_is_paid_for_instances_that_a_task_holds_is_told_by_reason() -> None:
    with a_stage({REBALANCE: "report"}) as stage:
        for instance in stage.instances("web"):
            stage.world.run_task("prod", "nightly", on=instance, cpu=128, memory_mib=128)
        stage.world.scale_service("prod", "api", 1)
        stage.play(7)
        found = rebalance_of(stage)

    assert found is not None
    assert list(found["blocked"]) == ["standalone task"]
    assert 0 < found["blocked"]["standalone task"] < found["usd_per_hour_after"]
