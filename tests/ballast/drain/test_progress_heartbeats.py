"""What keeps our lifecycle hook waiting while tasks end, and what standalone tasks meet meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.drain.heartbeat import heartbeat_is_due
from ballast.drain.progress import plan_progress
from ballast.plans.actions import Record, SendHeartbeat, StopTask
from ballast.plans.plan import next_revision
from ballast.policy.policy import StandaloneTasks
from ballast.records.disruption import Disruption, Phase
from tests.builders import (
    CLUSTER,
    GROUP,
    INSTANCE_ID,
    NOW,
    a_cluster,
    a_disruption,
    a_draining_view,
    a_hook,
    a_policy,
    a_scale_in,
    a_standalone_task,
    a_task,
    after,
    minutes,
)


@pytest.mark.parametrize(
    ("timeout_s", "since_start_s", "due"),
    [
        (900, 0, False),
        (900, 329, False),
        (900, 330, True),  # half is 450 s, and one sweep may be lost
        (300, 29, False),
        (300, 30, True),
        (7200, 3479, False),
        (7200, 3480, True),
    ],
)
def test_a_heartbeat_is_due_before_half_of_the_timeout_is_gone(timeout_s: int, since_start_s: int, due: bool) -> None:  # noqa: FBT001
    known = a_scale_in(hook=a_hook(heartbeat_timeout_s=timeout_s), deadline=after(600))

    assert heartbeat_is_due(known, NOW + timedelta(seconds=since_start_s)) is due


@given(st.integers(300, 7200), st.integers(0, 7200))
def test_a_sweep_a_minute_of_which_one_is_lost_never_comes_too_late(timeout_s: int, since_s: int) -> None:
    """Whatever the timeout: if it was not due two minutes ago, half of the timeout is not gone now."""
    known = a_scale_in(hook=a_hook(heartbeat_timeout_s=timeout_s), deadline=None)
    now = NOW + timedelta(seconds=since_s)

    if not heartbeat_is_due(known, now - minutes(2)):
        assert now - NOW <= timedelta(seconds=timeout_s / 2)


@pytest.mark.parametrize(
    "known",
    [
        a_disruption(),  # no hook
        a_scale_in(hook=a_hook(completed=True)),
        a_scale_in(deadline=after(10)),  # past its deadline the hook is left to run out
    ],
)
def test_no_heartbeat_for_what_no_longer_needs_it(known: Disruption) -> None:
    assert not heartbeat_is_due(known, after(12))


def test_a_heartbeat_is_sent_and_remembered() -> None:
    known = a_scale_in()

    plan = plan_progress(a_draining_view(known), after(6))

    assert plan.actions == (
        SendHeartbeat(GROUP, "ballast-drain", INSTANCE_ID, "token"),
        Record(known, next_revision(replace(known, hook=a_hook(waits_since=after(6))))),
    )


def test_a_hook_that_joined_an_escalated_drain_gets_heartbeats_until_its_own_deadline() -> None:
    known = a_scale_in(phase=Phase.ESCALATED)

    assert any(isinstance(a, SendHeartbeat) for a in plan_progress(a_draining_view(known), after(6)).actions)
    assert plan_progress(a_draining_view(known), after(61)).actions == ()


def test_standalone_tasks_are_stopped_at_once_where_the_operator_says_so() -> None:
    cluster = a_cluster(a_policy(standalone_tasks=StandaloneTasks.STOP))
    task, going = a_standalone_task("b"), a_standalone_task("d", last_status="STOPPING")

    plan = plan_progress(a_draining_view(a_scale_in(), cluster=cluster, tasks=(task, going, a_task())), NOW)

    assert plan.actions == (StopTask(CLUSTER, task.arn, "Ballast: its instance is being drained"),)


def test_standalone_tasks_are_waited_for_by_default() -> None:
    assert plan_progress(a_draining_view(a_scale_in(), tasks=(a_standalone_task(),)), NOW).actions == ()
