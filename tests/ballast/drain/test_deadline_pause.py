"""What becomes of drains while Ballast is paused: what nothing forces is given up, and the instance serves again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.drain.progress import plan_progress
from ballast.facts.view import View
from ballast.plans.actions import Claim, Reactivate, Record, StartDraining, StopTask, Tell, TerminateInstance
from ballast.plans.plan import Plan, next_revision
from ballast.policy.choices import Outcome, StandaloneTasks
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.words.notice import Notice
from tests.builders import (
    CLUSTER,
    INSTANCE_ID,
    a_brake,
    a_cluster,
    a_container_instance,
    a_disruption,
    a_draining_view,
    a_judged_view,
    a_membership,
    a_policy,
    a_scale_in,
    a_standalone_task,
    a_task,
    a_voluntary,
    a_waiting,
    acts,
    after,
    codes,
)

ARN = a_container_instance().arn
PAUSED = a_cluster(a_policy(brake=a_brake(), voluntary_outcome=Outcome.FORCE, standalone_tasks=StandaloneTasks.STOP))
REBALANCE = a_voluntary(reason=Reason.REBALANCE_RECOMMENDATION, goes_at=None)
UPDATE = a_voluntary(reason=Reason.BOTTLEROCKET_UPDATE, goes_at=None)
BEGINS = (StartDraining, StopTask, TerminateInstance)


def seen(known: Disruption, **changes: Any) -> View:
    own: dict[str, Any] = {
        "cluster": PAUSED, "tasks": (a_task(), a_standalone_task()), "membership": a_membership(), "ec2_state": "running",
    }  # fmt: skip
    return a_draining_view(known, **(own | changes))


def told_by(plan: Plan) -> list[Notice]:
    return [action.notice for action in plan.actions if isinstance(action, Tell)]


def recorded_by(plan: Plan) -> Disruption:
    [known] = [action.after for action in plan.actions if isinstance(action, Record)]
    assert isinstance(known, Disruption)
    return known


def begun_by(plan: Plan) -> list[object]:
    return [action for action in plan.actions if isinstance(action, BEGINS)]


def test_a_drain_before_a_far_date_is_set_back_and_waits_for_the_end_of_the_pause() -> None:
    known = a_voluntary()

    plan = plan_progress(seen(known), after(5))

    rolling = next_revision(replace(known, phase=Phase.ROLLING_BACK))
    waits = next_revision(
        replace(rolling, phase=Phase.WAITING, deadline=None, retry_at=after(15), unprotected=False, set_back=1)
    )
    assert acts(plan) == (Claim(rolling, known), Reactivate(CLUSTER, ARN), Record(rolling, waits))
    assert codes(plan) == ["DrainRolledBack"]


def test_each_attempt_after_it_is_told_anew_and_knows_nothing_of_the_one_before() -> None:
    first = a_voluntary(
        phase=Phase.DRAINED, retry_at=after(4), emptied_at=after(3), tasks_seen=("api",), seen_at=after(2)
    )
    back = plan_progress(seen(first, tasks=()), after(5))
    waits = recorded_by(back)

    again = plan_progress(a_judged_view(disruption=waits, membership=a_membership()), after(16))
    begun = recorded_by(again)
    undone = plan_progress(seen(begun), after(17))

    assert (begun.emptied_at, begun.tasks_seen, begun.seen_at) == (None, None, None)
    ids = [notice.id for plan in (back, again, undone) for notice in told_by(plan)]
    assert [one.rpartition(first.incident)[2] for one in ids] == [
        "/DrainRolledBack",
        "/ScheduledChangeDrain/1",
        "/DrainRolledBack/1",
    ]


def test_its_message_says_who_paused_until_when_and_why() -> None:
    [told] = [a.notice for a in plan_progress(seen(a_voluntary()), after(5)).actions if hasattr(a, "notice")]

    assert told.why == "Ballast is paused until 2026-11-23 10:00 UTC by jo: release day."
    assert told.what == f"{INSTANCE_ID} is ACTIVE again: its drain, which nothing forces, was given up."
    assert told.severity == "info"


@pytest.mark.parametrize("known", [a_voluntary(), REBALANCE, UPDATE], ids=lambda known: known.reason)
@pytest.mark.parametrize("phase", [Phase.CLAIMED, Phase.DRAINING, Phase.FORCING, Phase.FORCED])
@pytest.mark.parametrize("minute", [5, 59])
def test_whatever_it_had_come_to_nothing_more_is_begun(known: Disruption, phase: Phase, minute: int) -> None:
    for instance in (a_container_instance(), seen(known).instance):
        plan = plan_progress(seen(replace(known, phase=phase, deadline=after(minute)), instance=instance), after(59.5))

        assert begun_by(plan) == []


def test_an_empty_one_serves_again_instead_of_being_replaced() -> None:
    plan = plan_progress(seen(a_voluntary(), tasks=()), after(5))

    assert Reactivate(CLUSTER, ARN) in plan.actions
    assert begun_by(plan) == []


def test_one_that_its_group_was_told_to_replace_and_has_not_is_set_back_too() -> None:
    told = a_voluntary(phase=Phase.DRAINED, retry_at=after(10))

    assert plan_progress(seen(told, tasks=()), after(9)).actions == ()
    assert Reactivate(CLUSTER, ARN) in plan_progress(seen(told, tasks=()), after(10)).actions


@pytest.mark.parametrize(
    "known",
    [a_disruption(), a_scale_in(), a_voluntary(forced=True), replace(a_voluntary(), foreign=True)],
    ids=["spot", "scale-in", "near its date", "foreign"],
)
def test_what_is_forced_or_not_ours_goes_on_as_without_a_pause(known: Disruption) -> None:
    free = a_cluster(replace(PAUSED.policy, brake=None))

    for minute in (1, 30):
        assert plan_progress(seen(known), after(minute)) == plan_progress(seen(known, cluster=free), after(minute))


def test_what_the_group_or_ec2_has_begun_to_take_is_not_set_back() -> None:
    leaving = a_membership(lifecycle_state="Terminating:Wait")

    for changes in ({"membership": leaving}, {"ec2_state": "shutting-down"}):
        assert Reactivate(CLUSTER, ARN) not in plan_progress(seen(a_voluntary(), **changes), after(5)).actions


def test_one_that_waits_waits_on_until_the_pause_is_over() -> None:
    view = a_judged_view(a_waiting(), cluster=a_cluster(a_policy(brake=a_brake(60))))

    assert "Ballast is paused until 2026-11-23 10:00 UTC by jo: release day" in plan_progress(view, after(59)).reason
    assert StartDraining(CLUSTER, ARN) in plan_progress(view, after(60)).actions


def test_a_retirement_that_comes_near_during_a_pause_is_drained() -> None:
    view = a_judged_view(a_waiting(goes_at=after(120)), cluster=PAUSED)

    assert StartDraining(CLUSTER, ARN) in plan_progress(view, after(5)).actions
