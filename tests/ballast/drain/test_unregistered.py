"""An instance that its cluster does not list: nothing is let go before a second look has found it nowhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.drain.progress import plan_progress
from ballast.drain.start import plan_start
from ballast.facts.view import View
from ballast.plans.actions import Claim, ContinueTermination, Record, SendHeartbeat, StartDraining
from ballast.plans.plan import next_revision
from ballast.records.disruption import Disruption, Phase
from tests.builders import (
    ARN,
    GROUP,
    INSTANCE_ID,
    NOW,
    a_container_instance,
    a_disruption,
    a_draining_instance,
    a_draining_view,
    a_hook,
    a_hook_trigger,
    a_scale_in,
    a_spot_trigger,
    a_task,
    a_view,
    a_voluntary,
    acts,
    after,
    claimed_by,
    closes,
    codes,
)

RELEASE = ContinueTermination(GROUP, "ballast-drain", INSTANCE_ID, "token")
BEAT = SendHeartbeat(GROUP, "ballast-drain", INSTANCE_ID, "token")
MOVED = a_container_instance(arn=f"{ARN}container-instance/staging/1", cluster="staging")
NOWHERE: dict[str, Any] = {"instance": None, "unlisted": True, "ec2_state": "running"}


def test_a_hook_of_an_instance_in_no_cluster_is_remembered_and_not_let_go_at_once() -> None:
    plan = plan_start(a_view(instance=None), a_hook_trigger(), NOW)

    assert len(plan.actions) == 1
    held = claimed_by(plan)
    assert (held.phase, held.hook and held.hook.token, held.unlisted_since) == (Phase.DRAINING, "token", NOW)


@pytest.mark.parametrize("joins", [{"instance": a_container_instance()}, {"instance": None, "others": (MOVED,)}])
def test_one_that_joins_while_our_hook_holds_it_is_drained_and_told_once(joins: dict[str, Any]) -> None:
    """Chaos seed 65031: it was DRAINING for half an hour, and nobody was told."""
    held = claimed_by(plan_start(a_view(instance=None), a_hook_trigger(), NOW))

    plan = plan_progress(a_draining_view(held, **joins), after(1))

    [drain, _, record] = plan.actions
    assert isinstance(drain, StartDraining)
    assert codes(plan) == ["ScaleIn"]
    assert isinstance(record, Record)
    assert isinstance(record.after, Disruption)
    assert (record.after.begun_at, record.after.unlisted_since) == (after(1), None)
    assert codes(plan_progress(a_draining_view(record.after, **joins), after(2))) == []


def test_without_a_hook_an_instance_outside_its_cluster_is_none_of_our_business() -> None:
    assert plan_start(a_view(instance=None), a_spot_trigger(), NOW).actions == ()


def test_one_look_that_finds_it_nowhere_is_remembered() -> None:
    known = a_scale_in()

    plan = plan_progress(a_view(known, **NOWHERE), NOW)

    assert plan.actions == (Record(known, next_revision(replace(known, unlisted_since=NOW))),)


def test_a_second_one_a_minute_later_lets_its_hook_go() -> None:
    known = a_scale_in(unlisted_since=NOW)

    plan = plan_progress(a_view(known, **NOWHERE), after(1))

    done = next_revision(replace(known, phase=Phase.DRAINED, hook=a_hook(completed=True)))
    assert plan.actions == (RELEASE, Record(known, done))


def test_of_one_that_never_joined_nothing_is_remembered_then() -> None:
    known = a_scale_in(unlisted_since=NOW, tasks_at_start=None)

    assert plan_progress(a_view(known, **NOWHERE), after(1)).actions == (RELEASE, Record(known, None))


def test_while_a_cluster_does_not_say_it_is_held() -> None:
    known = a_scale_in(unlisted_since=NOW)
    unsure = a_view(known, instance=None, ec2_state="running")

    assert plan_progress(unsure, after(1)).actions == ()
    assert acts(plan_progress(unsure, after(6)))[0] == BEAT


@pytest.mark.parametrize("known", [a_scale_in(unlisted_since=NOW), a_disruption(unlisted_since=NOW)])
def test_an_answer_that_has_it_again_forgets_that(known: Disruption) -> None:
    plan = plan_progress(a_draining_view(known), after(1))

    assert acts(plan) == (Record(known, next_revision(replace(known, unlisted_since=None))),)


@pytest.mark.parametrize(
    ("known", "state", "is_closed"),
    [
        (a_disruption(), None, False),
        (a_disruption(phase=Phase.DRAINED), "shutting-down", False),
        (a_disruption(), "running", True),
        (a_voluntary(), "stopped", True),
    ],
)
def test_one_that_left_is_closed_once_ec2_says_what_became_of_it(
    known: Disruption,
    state: str | None,
    is_closed: bool,  # noqa: FBT001
) -> None:
    known = replace(known, unlisted_since=NOW)

    plan = plan_progress(a_view(known, instance=None, unlisted=True, ec2_state=state), after(1))

    assert codes(plan) == (["InstanceLeft"] if is_closed else [])
    assert acts(plan) == (closes(known) if is_closed else ())


# In another cluster


def test_one_that_registered_in_another_cluster_is_drained_there() -> None:
    view = a_view(a_scale_in(), instance=None, others=(MOVED,), tasks=(a_task(),))

    assert plan_progress(view, NOW).actions == (StartDraining("staging", MOVED.arn),)


def test_what_was_seen_empty_and_serves_again_is_not_called_empty_later() -> None:
    """Another hook held it, its agent lost its data, and ECS placed tasks on its new record."""
    empty = a_scale_in(phase=Phase.DRAINED, emptied_at=NOW)

    plan = plan_progress(a_draining_view(empty, others=(MOVED,), tasks=()), after(1))

    again = next_revision(replace(empty, phase=Phase.DRAINING, emptied_at=None))
    assert plan.actions == (StartDraining("staging", MOVED.arn), Record(empty, again))


def test_and_let_go_when_no_record_of_it_has_tasks() -> None:
    there = replace(MOVED, status=a_draining_instance().status, running_tasks=0)
    busy = a_view(a_scale_in(), instance=None, others=(there,), tasks=(a_task(),))

    assert RELEASE not in plan_progress(busy, after(1)).actions
    assert RELEASE in plan_progress(replace(busy, tasks=()), after(1)).actions
    assert RELEASE not in plan_progress(replace(busy, tasks=None), after(1)).actions


def test_a_ghost_with_tasks_keeps_the_hook_too() -> None:
    ghost = a_container_instance(arn=f"{ARN}container-instance/prod/0", agent_connected=False)
    view = a_draining_view(a_scale_in(), others=(ghost,), tasks=(a_task(),))

    assert RELEASE not in plan_progress(view, after(1)).actions


def stranger(known: Disruption, **changes: Any) -> View:
    return a_view(known, instance=None, others=(MOVED,), stranger="staging", **changes)


def test_a_cluster_that_is_not_ours_is_told_of_once_and_not_touched() -> None:
    known = a_scale_in(unlisted_since=NOW)

    plan = plan_progress(stranger(known, tasks=(a_task(),)), NOW)

    assert codes(plan) == ["HeldForStranger"]
    assert acts(plan) == (Record(known, next_revision(replace(known, stranger="staging", unlisted_since=None))),)
    told = replace(known, stranger="staging", unlisted_since=None)
    assert plan_progress(stranger(told, tasks=(a_task(),)), after(1)).actions == ()
    assert acts(plan_progress(stranger(told, tasks=(a_task(),)), after(6)))[0] == BEAT
    assert RELEASE in plan_progress(stranger(told, tasks=()), after(2)).actions


def test_a_drain_that_waited_takes_the_hook_of_an_instance_that_left() -> None:
    waiting = a_voluntary(phase=Phase.WAITING, deadline=None)

    plan = plan_start(a_view(waiting, instance=None), a_hook_trigger(), NOW)

    assert isinstance(plan.actions[0], Claim)
    assert claimed_by(plan).held_by_our_hook
