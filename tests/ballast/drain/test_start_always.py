"""What holds for a trigger in every situation."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ballast.drain.start import plan_start
from ballast.drain.triggers import Trigger
from ballast.facts.view import InstanceStatus, View
from ballast.plans.actions import Claim, Record, StartDraining, Tell
from ballast.plans.plan import Plan
from ballast.records.disruption import Phase
from tests.builders import (
    NOW,
    acts,
)
from tests.strategies import disruptions, triggers, views


def applied(view: View, plan: Plan) -> View:
    """The view after the plan has been carried out."""
    for action in plan.actions:
        match action:
            case Claim(after_, before):
                assert before == view.disruption
                view = replace(view, disruption=after_)
            case Record(before, after_):
                assert before == view.disruption
                view = replace(view, disruption=after_)
            case StartDraining():
                assert view.instance
                view = replace(view, instance=replace(view.instance, status=InstanceStatus.DRAINING))
            case _:
                pass
    return view


@given(views(st.none() | disruptions()), triggers())
def test_the_same_trigger_twice_changes_nothing(view: View, trigger: Trigger) -> None:
    once = applied(view, plan_start(view, trigger, NOW))

    again = plan_start(once, trigger, NOW)

    if acts(again) and view.instance is None:
        assert again == plan_start(view, trigger, NOW)  # completing a hook twice is fine
    else:
        assert acts(again) == ()


@given(views(st.none() | disruptions()), triggers())
def test_a_claim_comes_before_every_act(view: View, trigger: Trigger) -> None:
    plan = plan_start(view, trigger, NOW)

    if view.instance is not None and acts(plan):
        assert isinstance(plan.actions[0], Claim)
        assert [type(a) for a in plan.actions].count(Claim) == 1


@given(views(st.none() | disruptions()), triggers())
def test_forced_never_becomes_voluntary(view: View, trigger: Trigger) -> None:
    end = applied(view, plan_start(view, trigger, NOW)).disruption

    if view.disruption and view.disruption.forced:
        assert end is not None
        assert end.forced
    if end and end != view.disruption and trigger.forced:
        assert end.forced


@given(views(disruptions()), triggers())
def test_an_earlier_deadline_is_never_forgotten(view: View, trigger: Trigger) -> None:
    known = view.disruption
    end = applied(view, plan_start(view, trigger, NOW)).disruption

    assert known is not None
    assert end is not None
    another_hold = end.hook != known.hook  # has a deadline of its own where the drain was another's, or is over
    if known.forced and known.deadline and known.phase is not Phase.WAITING and not another_hold:
        assert end.deadline is not None
        assert end.deadline <= known.deadline


@given(views(st.none() | disruptions()), triggers())
def test_a_voluntary_trigger_touches_no_instance_that_is_not_active(view: View, trigger: Trigger) -> None:
    plan = plan_start(view, trigger, NOW)

    if not trigger.forced and view.instance and view.instance.status is not InstanceStatus.ACTIVE:
        assert all(isinstance(action, (Claim, Tell)) for action in plan.actions)
        assert all(
            action.after.phase == (view.disruption.phase if view.disruption else Phase.WAITING)
            or action.after.phase is Phase.WAITING
            for action in plan.actions
            if isinstance(action, Claim)
        )
