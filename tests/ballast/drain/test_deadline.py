"""What happens at a drain's deadline: rollback, force or escalate."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.drain.progress import plan_progress
from ballast.facts.task import Task
from ballast.facts.view import ABSENT, View
from ballast.plans.actions import Claim, Reactivate, Record, SetScaleInProtection, StopTask, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.policy.policy import Outcome
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.words.notice import Notice, Severity
from tests.builders import (
    CLUSTER,
    GROUP,
    INSTANCE_ID,
    NOW,
    a_cluster,
    a_container_instance,
    a_draining_view,
    a_hook,
    a_membership,
    a_policy,
    a_scale_in,
    a_standalone_task,
    a_task,
    a_voluntary,
    acts,
    after,
    codes,
)
from tests.strategies import disruptions, views

ARN = a_container_instance().arn
LATE = after(60)
PROTECTED = a_task("p", protected_until=after(90))
REBALANCE = a_voluntary(reason=Reason.REBALANCE_RECOMMENDATION, goes_at=None)


def at_the_deadline(known: Disruption, outcome: Outcome, **changes: object) -> Plan:
    cluster = a_cluster(a_policy(voluntary_outcome=outcome, scale_in_outcome=outcome))
    view = a_draining_view(known, cluster=cluster, tasks=(a_task(), PROTECTED), membership=a_membership())
    view = View(**{name: changes.get(name, getattr(view, name)) for name in View.__slots__})  # type: ignore[arg-type]
    return plan_progress(view, LATE)


def the_notice(plan: Plan) -> Notice:
    [notice] = [action.notice for action in plan.actions if isinstance(action, Tell)]
    return notice


def test_before_its_deadline_nothing_of_the_kind_happens() -> None:
    view = a_draining_view(a_voluntary(), tasks=(a_task(),))

    assert plan_progress(view, after(59)).actions == ()


def test_a_rollback_sets_the_instance_active_and_protects_it_from_scale_in_again() -> None:
    known = a_voluntary(reason=Reason.REBALANCE_RECOMMENDATION, goes_at=None, unprotected=True)

    plan = at_the_deadline(known, Outcome.ROLLBACK)

    rolling = next_revision(replace(known, phase=Phase.ROLLING_BACK))
    rolled_back = next_revision(replace(rolling, phase=Phase.ROLLED_BACK, deadline=None, retry_at=after(120)))
    assert acts(plan) == (
        Claim(rolling, known),
        Reactivate(CLUSTER, ARN),
        SetScaleInProtection(GROUP, INSTANCE_ID, protected=True),
        Record(rolling, rolled_back),
    )
    assert codes(plan) == ["DrainRolledBack"]
    assert the_notice(plan).closes_incident


def test_what_serves_again_is_not_called_empty_should_it_go_later() -> None:
    seen = {"emptied_at": NOW, "overran": Phase.ESCALATED, "tasks_seen": ("service:api 1",), "seen_at": NOW}
    known = a_voluntary(reason=Reason.REBALANCE_RECOMMENDATION, goes_at=None, **seen)

    [record] = [action for action in at_the_deadline(known, Outcome.ROLLBACK).actions if isinstance(action, Record)]

    assert isinstance(record.after, Disruption)
    assert record.after.phase is Phase.ROLLED_BACK
    assert {name: getattr(record.after, name) for name in seen} == dict.fromkeys(seen)


def test_protection_that_was_not_taken_is_not_given() -> None:
    plan = at_the_deadline(REBALANCE, Outcome.ROLLBACK)

    assert not any(isinstance(action, SetScaleInProtection) for action in plan.actions)


@pytest.mark.parametrize(
    ("goes_at", "again_at"),
    [
        (NOW + timedelta(days=10), LATE + timedelta(hours=6)),
        (LATE + timedelta(hours=4), LATE + timedelta(hours=2)),  # half of the time that is left
    ],
)
def test_after_a_rollback_a_scheduled_change_waits_for_another_try(goes_at: datetime, again_at: datetime) -> None:
    known = a_voluntary(goes_at=goes_at, unprotected=True)

    plan = at_the_deadline(known, Outcome.ROLLBACK)

    rolling = next_revision(replace(known, phase=Phase.ROLLING_BACK))
    waiting = next_revision(
        replace(rolling, phase=Phase.WAITING, deadline=None, retry_at=again_at, unprotected=False, set_back=1)
    )
    assert plan.actions[-1] == Record(rolling, waiting)
    assert not the_notice(plan).closes_incident


def overran(how: Phase, *tasks: Task) -> dict[str, Any]:
    """What is remembered of a deadline that has passed."""
    return {"overran": how, "tasks_seen": tuple(t.name for t in tasks or (a_task(), PROTECTED)), "seen_at": LATE}


def test_force_stops_what_is_not_protected_and_looks_again_in_ten_minutes() -> None:
    known = a_voluntary()

    plan = at_the_deadline(known, Outcome.FORCE)

    forcing = next_revision(replace(known, phase=Phase.FORCING))
    assert acts(plan) == (
        Claim(forcing, known),
        StopTask(CLUSTER, a_task().arn, "Ballast: the drain's deadline has passed"),
        Record(
            forcing, next_revision(replace(forcing, phase=Phase.FORCED, deadline=after(70), **overran(Phase.FORCED)))
        ),
    )
    assert codes(plan) == ["DrainForced"]


@pytest.mark.parametrize("status", ["DEACTIVATING", "STOPPING", "DEPROVISIONING"])
def test_force_does_not_stop_what_stops_already(status: str) -> None:
    plan = at_the_deadline(a_scale_in(), Outcome.FORCE, tasks=(a_task(last_status=status),))

    assert not any(isinstance(action, StopTask) for action in plan.actions)


def test_force_stops_a_task_whose_protection_has_ended() -> None:
    plan = at_the_deadline(a_scale_in(), Outcome.FORCE, tasks=(a_task("p", protected_until=LATE),))

    assert any(isinstance(action, StopTask) for action in plan.actions)


def test_what_survives_force_is_escalated() -> None:
    known = a_scale_in(phase=Phase.FORCED)

    plan = at_the_deadline(known, Outcome.FORCE, tasks=(PROTECTED,))

    assert acts(plan) == (
        Record(known, next_revision(replace(known, phase=Phase.ESCALATED, **overran(Phase.ESCALATED, PROTECTED)))),
    )
    assert codes(plan) == ["DrainStuck"]


def test_escalation_pages_with_what_blocks() -> None:
    known = a_scale_in()

    tasks = (a_standalone_task("export-1"), PROTECTED)

    plan = at_the_deadline(known, Outcome.ESCALATE, tasks=tasks)

    assert acts(plan) == (
        Record(
            known,
            next_revision(replace(known, phase=Phase.ESCALATED, **overran(Phase.ESCALATED, *tasks))),
        ),
    )
    page = the_notice(plan)
    assert (page.code, page.severity) == ("DrainStuck", Severity.PAGE)
    assert "standalone task export-1 (family:export)" in page.why
    assert "service:api: a task is protected until 2026-11-23 10:30 UTC" in page.why
    assert "hook ballast-drain lets the instance go within 15 min" in page.next


def test_the_drain_of_an_update_is_given_back_rather_than_left_draining_for_a_human() -> None:
    known = a_voluntary(reason=Reason.BOTTLEROCKET_UPDATE, goes_at=None)

    plan = at_the_deadline(known, Outcome.ESCALATE)

    assert Reactivate("prod", ARN) in plan.actions
    assert Phase.ROLLED_BACK in [
        action.after.phase for action in plan.actions if isinstance(action, Record) and action.after
    ]


def test_the_drain_of_an_update_escalates_where_its_group_terminates_the_instance() -> None:
    known = a_voluntary(reason=Reason.BOTTLEROCKET_UPDATE, goes_at=None)

    plan = at_the_deadline(known, Outcome.ESCALATE, membership=a_membership(lifecycle_state="Terminating:Wait"))

    assert codes(plan) == ["DrainStuck"]


@pytest.mark.parametrize("outcome", Outcome)
def test_no_task_is_stopped_for_an_instance_that_is_given_back_to_save_money(outcome: Outcome) -> None:
    plan = at_the_deadline(a_voluntary(reason=Reason.REBALANCING), outcome)

    kinds = {type(action) for action in acts(plan)}
    assert StopTask not in kinds
    assert Reactivate in kinds


def test_it_pages_once() -> None:
    known = a_scale_in(phase=Phase.ESCALATED, **overran(Phase.ESCALATED))

    assert at_the_deadline(known, Outcome.ESCALATE).actions == ()


def test_an_escalated_drain_goes_on_by_itself_once_it_is_empty() -> None:
    known = a_scale_in(phase=Phase.ESCALATED, hook=a_hook(waits_since=after(55)), **overran(Phase.ESCALATED))

    plan = at_the_deadline(known, Outcome.ESCALATE, tasks=())

    assert codes(plan) == ["DrainFinished"]


@pytest.mark.parametrize(
    "known",
    [
        a_voluntary(forced=True),
        a_voluntary(foreign=True),
    ],
)
def test_what_cannot_return_is_escalated_instead_of_rolled_back(known: Disruption) -> None:
    plan = at_the_deadline(known, Outcome.ROLLBACK)

    assert acts(plan) == (
        Record(known, next_revision(replace(known, phase=Phase.ESCALATED, **overran(Phase.ESCALATED)))),
    )
    assert "AWS takes it at 2026-12-03 09:00 UTC." in the_notice(plan).next


def test_an_instance_that_leaves_its_group_cannot_return() -> None:
    leaving = a_membership(lifecycle_state="Terminating:Wait")

    assert codes(at_the_deadline(REBALANCE, Outcome.ROLLBACK, membership=leaving)) == ["DrainStuck"]


def test_the_outcome_waits_until_the_tasks_have_been_read() -> None:
    assert at_the_deadline(REBALANCE, Outcome.ROLLBACK, tasks=None).actions == ()


RUNS_OUT = a_hook(waits_since=after(53), heartbeat_timeout_s=900)  # eight minutes after the deadline


def of_which_nobody_can_tell(minutes: float, *, listed: bool = True, **changes: object) -> Plan:
    known = a_scale_in(hook=RUNS_OUT, **changes)
    view = a_draining_view(known, tasks=None, membership=a_membership(lifecycle_state="Terminating:Wait"))
    return plan_progress(view if listed else replace(view, instance=None), after(minutes))


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("phase", [Phase.DRAINING, Phase.FORCING])
def test_what_nobody_could_read_by_its_deadline_is_told_before_its_hook_lets_it_go_by_itself(
    phase: Phase,
    listed: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    """Chaos seed 64736 among hosts that may serve a cluster of others: its hook ran out, and nobody was told."""
    early, late = (of_which_nobody_can_tell(minutes, listed=listed, phase=phase) for minutes in (64, 66))

    assert codes(early) == []
    assert codes(late) == ["DrainStuck"]
    assert "its tasks could not be read" in the_notice(late).why
    assert "hook ballast-drain lets the instance go" in the_notice(late).next
    [record] = [action for action in late.actions if isinstance(action, Record)]
    assert isinstance(record.after, Disruption)
    assert record.after.phase is Phase.ESCALATED


def test_what_has_been_told_or_is_let_go_anyway_is_not_told_again() -> None:
    for listed in (True, False):
        assert codes(of_which_nobody_can_tell(66, listed=listed, phase=Phase.ESCALATED)) == []
    unlisted = a_draining_view(a_scale_in(hook=RUNS_OUT), tasks=None, instance=None, unlisted=True)
    assert codes(plan_progress(unlisted, after(66))) == []


def test_an_empty_instance_has_no_deadline() -> None:
    assert codes(at_the_deadline(REBALANCE, Outcome.ESCALATE, tasks=())) == ["DrainFinished"]


@given(views(disruptions()), st.sampled_from([NOW, LATE]))
def test_forced_is_never_rolled_back(view: View, now: object) -> None:
    plan = plan_progress(view, now)  # type: ignore[arg-type]  # both are moments

    if view.disruption and view.disruption.forced:
        assert "DrainRolledBack" not in codes(plan)
        written = [a.after for a in plan.actions if isinstance(a, (Claim, Record)) and a.after]
        assert not any(w.phase in (Phase.ROLLING_BACK, Phase.ROLLED_BACK, Phase.WAITING) for w in written)


@pytest.mark.parametrize("state", [ABSENT, "stopping", "stopped"])
@pytest.mark.parametrize("reason", [Reason.REBALANCE_RECOMMENDATION, Reason.DRILL])
def test_who_is_not_seen_to_run_is_given_back_once_it_does_and_nobody_says_so_before(
    state: str, reason: Reason
) -> None:
    rolling = replace(REBALANCE, reason=reason, phase=Phase.ROLLING_BACK)
    view = a_draining_view(rolling, tasks=(a_task(),), membership=a_membership(), ec2_state=state)

    unseen, seen = plan_progress(view, LATE), plan_progress(replace(view, ec2_state="running"), LATE)
    assert [a for a in unseen.actions if not (isinstance(a, Record) and a.after and a.after.absent_since)] == []
    assert [type(action) for action in seen.actions] == [Reactivate, Tell, Record]
