"""A drill begins as any voluntary drain, and whatever comes of it the instance is ACTIVE again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ballast.drain.progress import plan_progress
from ballast.drain.react import react_to
from ballast.drain.triggers import Trigger
from ballast.facts.task import TaskKind
from ballast.facts.view import View
from ballast.plans.actions import Reactivate, Record, SetScaleInProtection, StartDraining, StopTask
from ballast.plans.plan import Plan
from ballast.policy.policy import Outcome, Policy, StandaloneTasks
from ballast.records.disruption import LONGEST_DRILL, Disruption, Phase, Reason
from ballast.records.pause import Pause
from tests.builders import (
    NOW,
    a_cluster,
    a_container_instance,
    a_draining_instance,
    a_judged_view,
    a_membership,
    a_task,
    a_voluntary,
    after,
    claimed_by,
    codes,
)

ARN = a_container_instance().arn


def a_drill(**changes: Any) -> Disruption:
    own: dict[str, Any] = {"reason": Reason.DRILL, "goes_at": None, "deadline": after(10), "phase": Phase.DRAINING}
    return a_voluntary(**(own | changes))


def a_waiting_drill(**changes: Any) -> Disruption:
    return a_drill(**({"phase": Phase.WAITING, "deadline": None} | changes))


def draining(known: Disruption, **changes: Any) -> View:
    own = {"instance": a_draining_instance(), "ec2_state": "running"}
    return a_judged_view(known, **(own | changes))


def forgotten(plan: Plan) -> bool:
    return any(isinstance(action, Record) and action.after is None for action in plan.actions)


def test_it_begins_with_the_next_look_and_ends_after_ten_minutes_at_the_latest() -> None:
    plan = plan_progress(a_judged_view(a_waiting_drill()), NOW)

    assert StartDraining(a_container_instance().cluster, ARN) in plan.actions
    assert claimed_by(plan).deadline == NOW + LONGEST_DRILL
    assert codes(plan) == ["DrillDrain"]


def test_a_shorter_deadline_of_the_cluster_counts() -> None:
    cluster = a_cluster(Policy(voluntary_deadline=timedelta(minutes=6)))

    assert claimed_by(plan_progress(a_judged_view(a_waiting_drill(), cluster=cluster), NOW)).deadline == after(6)


def test_scale_in_protection_stays() -> None:
    view = a_judged_view(a_waiting_drill(), membership=a_membership(protected_from_scale_in=True))
    plan = plan_progress(view, NOW)

    assert not [action for action in plan.actions if isinstance(action, SetScaleInProtection)]
    assert not claimed_by(plan).unprotected


PAUSED = a_cluster(Policy(brake=Pause("prod", "jo", NOW, after(60))))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"neighbours": ()}, "fit"),
        ({"cluster": PAUSED}, "paused"),
        ({"instance": a_draining_instance()}, "the instance is DRAINING"),
        ({"instance": None}, "it is not in the cluster"),
        ({"tasks": None}, "its tasks could not be read"),
        ({"tasks": (a_task(kind=TaskKind.STANDALONE, group="family:export"),)}, "a standalone task of family:export"),
    ],
)
def test_what_speaks_against_it_refuses_it_at_once_and_for_good(changes: dict[str, Any], why: str) -> None:
    plan = plan_progress(a_judged_view(a_waiting_drill(), **changes), NOW)

    assert codes(plan) == ["DrillRefused"]
    assert why in plan.reason
    assert forgotten(plan)
    assert not [action for action in plan.actions if isinstance(action, StartDraining)]


def test_beside_another_drain_of_the_round_it_waits_a_little_and_is_then_refused() -> None:
    view = a_judged_view(a_waiting_drill())

    assert plan_progress(view, after(1), may_begin=False).actions == ()
    assert codes(plan_progress(view, after(6), may_begin=False)) == ["DrillRefused"]


def test_an_empty_instance_serves_again_at_once_and_nothing_is_remembered() -> None:
    plan = plan_progress(draining(a_drill(), tasks=()), after(2))

    assert Reactivate(a_draining_instance().cluster, a_draining_instance().arn) in plan.actions
    assert claimed_by(plan).phase is Phase.ROLLING_BACK
    assert codes(plan) == ["DrillOver"]
    assert forgotten(plan)


def test_one_of_which_a_task_is_not_listed_yet_is_not_called_empty() -> None:
    behind = draining(a_drill(begun_at=after(1), tasks_at_start=1), tasks=())

    assert "DrillOver" not in codes(plan_progress(behind, after(2)))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_at_its_deadline_it_serves_again_whatever_the_outcome_of_others_is(outcome: Outcome) -> None:
    view = draining(a_drill(), cluster=a_cluster(Policy(voluntary_outcome=outcome)))
    plan = plan_progress(view, after(10))

    assert Reactivate(a_draining_instance().cluster, a_draining_instance().arn) in plan.actions
    assert not [action for action in plan.actions if isinstance(action, StopTask)]
    assert codes(plan) == ["DrillOver"]
    assert forgotten(plan)


def test_no_task_is_stopped_though_the_policy_stops_standalone_ones() -> None:
    policy = Policy(standalone_tasks=StandaloneTasks.STOP)
    came = a_task("b", kind=TaskKind.STANDALONE, group="family:export")
    plan = plan_progress(draining(a_drill(), cluster=a_cluster(policy), tasks=(a_task(), came)), after(3))

    assert not [action for action in plan.actions if isinstance(action, StopTask)]


def test_a_pause_ends_it() -> None:
    plan = plan_progress(draining(a_drill(), cluster=PAUSED), after(3))

    assert Reactivate(a_draining_instance().cluster, a_draining_instance().arn) in plan.actions
    assert codes(plan) == ["DrillOver"]
    assert forgotten(plan)


def test_one_that_died_while_it_was_rolled_back_is_ended_by_the_next_look() -> None:
    known = a_drill(phase=Phase.ROLLING_BACK)

    for instance in (a_draining_instance(), a_container_instance()):
        plan = plan_progress(draining(known, instance=instance), after(3))
        assert codes(plan) == ["DrillOver"]
        assert forgotten(plan)
        assert any(isinstance(a, Reactivate) for a in plan.actions) is (instance == a_draining_instance())


def test_a_spot_warning_makes_it_that_drain() -> None:
    warning = Trigger("i-1", Reason.SPOT_INTERRUPTION, after(2), after(4), after(4))
    known = a_drill(instance_id=a_judged_view().instance_id)
    trigger = replace(warning, instance_id=known.instance_id)

    claimed = claimed_by(react_to(draining(known), trigger, (), after(2), may_begin=True))

    assert (claimed.reason, claimed.forced, claimed.deadline) == (Reason.SPOT_INTERRUPTION, True, after(4))


def test_where_its_group_takes_it_nobody_says_that_it_serves() -> None:
    view = draining(a_drill(), membership=a_membership(lifecycle_state="Terminating:Wait"), tasks=())
    plan = plan_progress(view, after(3))

    assert not [action for action in plan.actions if isinstance(action, Reactivate)]
    [notice] = [action.notice for action in plan.actions if hasattr(action, "notice")]
    assert "ACTIVE" not in notice.what
