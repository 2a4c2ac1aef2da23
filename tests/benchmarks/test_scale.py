"""The figures are read rightly, the targets judged rightly, and a tiny fleet goes through."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from benchmarks.scale.fleet import Size
from benchmarks.scale.measuring import Durations, Steady, busiest_minute, durations, reads_a_minute
from benchmarks.scale.report import play_steady, show_hooks, show_steady, show_throttled, show_warnings, show_zone
from benchmarks.scale.storms import Outcomes, Throttling, hook_storm, spot_storm
from simulator.clock import Clock
from simulator.delivery.faults import NO_FAULTS, Dice
from simulator.delivery.records import Call, Invocation, Outcome
from simulator.delivery.throttling import RateLimits
from simulator.world.core.errors import AwsError

GOOD_RUNS = Durations(0.3, 0.7, 0)
GOOD = Steady(GOOD_RUNS, GOOD_RUNS, {"ecs:ListContainerInstances": 40.0, "ecs:ListClusters": 20.0}, 100, 100)
CALM = Outcomes(
    asked=2,
    to_draining_s=(1.0, 2.0),
    in_time=2,
    hooks_s=(30.0, 40.0),
    hooks_timed_out=0,
    time_outs=0,
    dead_letters=0,
    oldest_s=2.0,
    most_queued=4,
    throttled=0,
    unhooked=0,
    tasks_interrupted=0,
    pages=1,
    page_s=100.0,
    tickets=0,
)


def a_run(seconds: float | None, outcome: Outcome = Outcome.OK, function: str = "DrainInstance") -> Invocation:
    ended_s = None if seconds is None else 100.0 + seconds
    return Invocation("1", function, 100.0, 1, cold=False, ended_s=ended_s, outcome=outcome)


def a_call(at_s: float, operation: str = "ListContainerInstances", function: str | None = "DrainInstance") -> Call:
    return Call(at_s, function, "1", "ecs", operation, "ok")


def test_durations_are_those_of_one_function_and_of_runs_that_have_ended() -> None:
    runs = [a_run(1), a_run(3), a_run(50, Outcome.TIMED_OUT), a_run(None, Outcome.RUNNING), a_run(9, function="Other")]

    assert durations(runs, "DrainInstance") == Durations(3, 50, 1)
    assert durations([], "DrainInstance") == Durations(None, None, 0)


def test_a_run_that_failed_is_told_from_one_that_timed_out_and_either_misses() -> None:
    assert durations([a_run(1), a_run(42, Outcome.ERROR)], "DrainInstance") == Durations(21.5, 42, 0, 1)
    watch = replace(GOOD, others={"WatchBottlerocket": Durations(42, 42, 0, 2)})

    assert (watch.broken, GOOD.broken) == (2, 0)
    assert show_steady(Size(300, 20, 40), GOOD, GOOD)
    assert not show_steady(Size(300, 20, 40), GOOD, watch)
    assert not show_steady(Size(300, 20, 40), GOOD, replace(GOOD, busiest=1201))


def test_the_busiest_minute_is_one_of_the_span() -> None:
    calls = [a_call(at_s) for at_s in (10.0, 20.0, 30.0, 300.0, 310.0, 400.0)]

    assert (busiest_minute(calls, 300.0, 900.0), busiest_minute([], 0, 60)) == (2, 0)


def test_reads_a_minute_leave_out_writes_nobodys_calls_and_what_was_outside_the_span() -> None:
    within = [
        a_call(300.0),
        a_call(899.0),
        a_call(400.0, "UpdateContainerInstancesState"),
        a_call(400.0, function=None),
    ]

    assert reads_a_minute([a_call(299.0), *within, a_call(900.0)], 0, 300.0, 900.0) == {
        "ecs:ListContainerInstances": pytest.approx(0.2)
    }


def test_the_calls_of_the_hourly_function_count_as_one_run_an_hour() -> None:
    calls = [a_call(10.0, function="WatchBottlerocket")] * 120

    assert reads_a_minute(calls, 2, 300.0, 900.0) == {"ecs:ListContainerInstances": pytest.approx(1)}


@pytest.mark.parametrize(
    ("off", "met"),
    [
        (GOOD, True),
        (replace(GOOD, drain=Durations(9, 50, 1)), False),
        (replace(GOOD, hooked=99), False),
        (replace(GOOD, reads={"ecs:ListContainerInstances": 60.1}), False),
    ],
)
def test_a_hundred_clusters_meet_their_targets_only_all_together(off: Steady, met: bool) -> None:  # noqa: FBT001 - a case
    assert show_steady(Size(100, 20, 40), off, GOOD) is met


def test_the_number_of_idle_reads_is_a_target_at_a_hundred_clusters_only() -> None:
    busy = replace(GOOD, reads={"ecs:ListContainerInstances": 60.1})

    assert show_steady(Size(300, 20, 40), busy, busy)


def test_an_update_function_that_times_out_misses() -> None:
    assert not show_steady(Size(1, 20, 40), GOOD, replace(GOOD, update=Durations(50, 50, 3)))


def test_a_warning_that_was_not_met_in_time_misses_in_either_storm() -> None:
    late = replace(CALM, in_time=1)

    assert show_warnings(CALM, CALM)
    assert not show_warnings(late, CALM)
    assert not show_warnings(CALM, late)


def test_a_hook_that_was_not_completed_or_timed_out_misses() -> None:
    assert show_hooks(CALM)
    assert not show_hooks(replace(CALM, hooks_s=(30.0,)))
    assert not show_hooks(replace(CALM, hooks_timed_out=1))


@pytest.mark.parametrize(("page_s", "met"), [(300.0, True), (300.1, False), (None, False)])
def test_a_lost_zone_must_be_paged_within_five_minutes(page_s: float | None, met: bool) -> None:  # noqa: FBT001 - a case
    assert show_zone(replace(CALM, page_s=page_s)) is met


def test_a_dead_letter_or_a_hook_lost_under_throttling_misses() -> None:
    assert show_throttled(CALM)
    assert not show_throttled(replace(CALM, dead_letters=1))
    assert not show_throttled(replace(CALM, hooks_timed_out=1))


def test_a_tiny_fleet_goes_through_the_measurements() -> None:
    found = play_steady(Size(2, 3, 6), {})

    assert (found.groups, found.hooked, found.drain.timed_out) == (2, 2, 0)
    assert 0 < found.reads_of("ecs") < 20


def test_tiny_storms_are_counted() -> None:
    warned = spot_storm(Size(2, 3, 6), 2, 3.0, 1)
    hooked = hook_storm(Size(1, 4, 8), 2, 3.0, 1)

    assert (warned.asked, warned.in_time, len(warned.to_draining_s)) == (2, 2, 2)
    assert (hooked.asked, len(hooked.hooks_s), hooked.hooks_timed_out) == (2, 2, 0)


def test_throttling_refuses_reads_of_two_services_for_its_time_only() -> None:
    clock = Clock()
    limits = Throttling(RateLimits(clock), Dice(Random(1), NO_FAULTS), clock, 1.0, 60.0, 120.0)  # noqa: S311 - chance of a test

    def refused(service: str, operation: str) -> bool:
        try:
            limits.check(service, operation, {"filters": []})
        except AwsError:
            return True
        return False

    assert not refused("ecs", "ListClusters")
    clock.run_until(60)
    assert refused("ecs", "ListClusters")
    assert refused("autoscaling", "DescribeAutoScalingGroups")
    assert not refused("ec2", "DescribeInstances")
    assert not refused("autoscaling", "RecordLifecycleActionHeartbeat")
    clock.run_until(120)
    assert not refused("ecs", "ListClusters")
