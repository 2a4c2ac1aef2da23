"""A drain for a scheduled change that AWS has called off, or that is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.drain.events import ChangeScheduled
from ballast.drain.react import react_to
from ballast.plans.actions import Reactivate, Record
from ballast.plans.plan import Plan
from ballast.records.disruption import Disruption, Phase
from tests.builders import (
    INSTANCE_ID,
    NOW,
    a_draining_view,
    a_hook,
    a_task,
    a_view,
    a_voluntary,
    a_waiting,
    after,
    codes,
)

CLOSED = ChangeScheduled((), "arn:change", "", None, over=(INSTANCE_ID,), at=NOW)


def written(plan: Plan) -> Disruption:
    return next(a.after for a in reversed(plan.actions) if isinstance(a, Record) and isinstance(a.after, Disruption))


@pytest.mark.parametrize("phase", [Phase.DRAINING, Phase.ESCALATED, Phase.FORCED])
@pytest.mark.parametrize("forced", [True, False])
def test_a_drain_whose_change_is_closed_goes_on_by_will_and_is_given_back_at_its_deadline(
    phase: Phase, *, forced: bool
) -> None:
    view = a_draining_view(
        a_voluntary(phase=phase, forced=forced, deadline=after(-1)), tasks=(a_task(),), ec2_state="running"
    )

    by_will = written(react_to(view, None, (CLOSED,), NOW, may_begin=True))
    assert codes(react_to(replace(view, disruption=by_will), None, (), NOW, may_begin=True)) == ["DrainRolledBack"]
    over = written(react_to(replace(view, disruption=by_will), None, (), NOW, may_begin=True))
    assert over.phase is Phase.ROLLED_BACK  # it does not wait for the date of what is off


def test_a_change_that_is_closed_leaves_what_others_drain_and_what_its_group_takes() -> None:
    def plan(known: Disruption) -> Plan:
        view = a_draining_view(known, tasks=(a_task(),), ec2_state="running")
        return react_to(view, None, (CLOSED,), NOW, may_begin=True)

    theirs = plan(a_voluntary(foreign=True, phase=Phase.ESCALATED))
    assert codes(theirs) == ["ChangeCancelled"]
    assert not any(isinstance(action, Reactivate) for action in theirs.actions)
    held = plan(a_voluntary(forced=True, hook=a_hook()))
    assert not any(isinstance(action, Record) and action.after and not action.after.forced for action in held.actions)


def test_another_change_of_the_same_instance_ends_nothing() -> None:
    waits = a_waiting(change="arn:another")

    assert codes(react_to(a_view(waits), None, (CLOSED,), NOW, may_begin=True)) == []
    assert codes(react_to(a_view(replace(waits, change=CLOSED.event_arn)), None, (CLOSED,), NOW, may_begin=True)) == [
        "ChangeCancelled"
    ]
