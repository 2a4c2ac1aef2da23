"""What follows from the events of one instance: the one door from events to plans."""

from __future__ import annotations

from dataclasses import replace

from ballast.drain.events import ChangeScheduled, ContainerInstanceImpaired, Survival
from ballast.drain.react import react_to, with_news
from ballast.plans.actions import StartDraining
from ballast.plans.plan import Plan
from ballast.records.disruption import Disruption
from tests.builders import (
    INSTANCE_ID,
    NOW,
    a_cluster,
    a_disruption,
    a_draining_view,
    a_spot_trigger,
    a_terminating,
    a_view,
    a_waiting,
    acts,
    after,
    codes,
)

IMPAIRED = ContainerInstanceImpaired(INSTANCE_ID, "prod", ("CONTAINER_RUNTIME",), NOW)
CLOSED = ChangeScheduled((), "arn:change", "", None, over=(INSTANCE_ID,), at=NOW)
REUSED = a_terminating(survives=Survival.WARM_POOL)


def has_begun(plan: Plan) -> bool:
    return any(isinstance(action, StartDraining) for action in plan.actions)


def test_a_trigger_begins_what_it_asks_for() -> None:
    assert has_begun(react_to(a_view(), a_spot_trigger(), (), NOW, may_begin=True))


def test_one_that_is_gone_is_not_begun_but_brought_to_its_end() -> None:
    gone = a_view(a_disruption(), instance=None, ec2_state="terminated")

    plan = react_to(gone, a_spot_trigger(), (), after(3), may_begin=True)

    assert not has_begun(plan)
    assert codes(plan) == ["InstanceGone"]


def test_without_a_trigger_a_drain_takes_its_next_step() -> None:
    empty = a_draining_view(a_disruption(), tasks=(), ec2_state="running")

    assert codes(react_to(empty, None, (), after(1), may_begin=True)) == ["DrainFinished"]


def test_a_change_that_is_closed_ends_the_wait_for_it() -> None:
    def told_of(known: Disruption | None) -> list[str]:
        return codes(react_to(a_view(known), None, (CLOSED,), NOW, may_begin=True))

    assert told_of(a_waiting()) == ["ChangeCancelled"]
    assert told_of(None) == []
    others = replace(CLOSED, over=("i-0another",), instance_ids=(INSTANCE_ID,))
    assert codes(react_to(a_view(a_waiting()), None, (others,), NOW, may_begin=True)) == []


def test_what_people_must_hear_is_told_whatever_is_done() -> None:
    plan = with_news(Plan("nothing to do"), a_cluster(), (IMPAIRED, REUSED), NOW)

    assert codes(plan) == ["InstanceImpaired", "WarmPoolReuse"]
    assert acts(plan) == ()


def test_a_warm_pool_is_told_of_once_by_our_own_hook() -> None:
    others = (replace(REUSED, hook="theirs"), a_terminating(), CLOSED)
    plan = Plan("nothing to do")

    assert with_news(plan, a_cluster(), others, NOW) is plan
