"""What holds for the next step in every situation."""

from __future__ import annotations

from hypothesis import given

from ballast.drain.progress import plan_progress
from ballast.facts.view import View
from ballast.plans.actions import Claim, ContinueTermination, Reactivate, Record, StopTask
from ballast.policy.policy import Outcome
from tests.builders import (
    NOW,
    a_cluster,
    a_draining_view,
    a_hook,
    a_policy,
    a_scale_in,
    after,
    codes,
)
from tests.strategies import disruptions, views


@given(views(disruptions()))
def test_what_somebody_else_drains_is_never_set_active(view: View) -> None:
    if view.disruption and view.disruption.foreign:
        assert not any(isinstance(a, Reactivate) for a in plan_progress(view, NOW).actions)


@given(views(disruptions()))
def test_no_hook_is_completed_before_the_instance_is_empty(view: View) -> None:
    for action in plan_progress(view, NOW).actions:
        if isinstance(action, ContinueTermination):
            nowhere = view.unlisted and not view.records and view.disruption and view.disruption.unlisted_since
            assert nowhere or view.empty or view.ec2_state == "stopped"
            assert action.hook == "ballast-drain"


@given(views(disruptions()))
def test_a_protected_task_is_not_stopped_before_its_protection_ends(view: View) -> None:
    protected = {t.arn for t in view.tasks or () if t.protected_until and t.protected_until > NOW}
    for action in plan_progress(view, NOW).actions:
        if isinstance(action, StopTask):
            assert action.task_arn not in protected
            assert action.task_arn in {task.arn for task in view.left}


@given(views(disruptions()))
def test_only_a_voluntary_drain_or_a_survivor_returns_to_service(view: View) -> None:
    plan = plan_progress(view, NOW)
    known = view.disruption
    assert known is not None
    if any(isinstance(a, Reactivate) for a in plan.actions):
        assert not known.forced or codes(plan) == ["InstanceSurvived"]
        assert not view.leaves_its_group
        assert view.ec2_state != "terminated"


@given(views(disruptions()))
def test_every_step_follows_the_one_that_the_ledger_holds(view: View) -> None:
    held = view.disruption
    for action in sorted(plan_progress(view, NOW).actions, key=lambda action: action.place):
        match action:
            case Claim(written, before):
                assert before == held
            case Record(before, written):
                assert before == held
            case _:
                continue
        if written is not None:
            assert held is not None
            assert written.revision == held.revision + 1
            assert written.forced >= held.forced
        held = written


def test_a_drain_that_is_neither_empty_nor_late_says_what_it_waits_for() -> None:
    assert plan_progress(a_draining_view(a_scale_in()), NOW).reason == "2 tasks are still counted on it"


def test_the_deadline_of_a_scale_in_asks_for_its_tasks_first() -> None:
    cluster = a_cluster(a_policy(scale_in_outcome=Outcome.FORCE))
    known = a_scale_in(hook=a_hook(waits_since=after(58)))

    assert plan_progress(a_draining_view(known, cluster=cluster), after(60)).actions == ()
