"""An item of the ledger that nobody can read may mean anything: what it was to begin is never taken as not begun."""

from __future__ import annotations

import pytest

from ballast.drain.budget import budget_objection, out_of_service
from ballast.drain.others import round_of
from ballast.drain.start import plan_start
from ballast.drain.triggers import Trigger
from ballast.drain.unread import plan_unread
from ballast.facts.view import View
from ballast.plans.actions import Claim, RecordWatch
from ballast.plans.plan import UNDECIDED
from ballast.policy.policy import OnRebalance
from ballast.records.kept import BEGUN_UNREAD, Unread
from tests.builders import (
    INSTANCE_ID,
    NOW,
    a_cluster,
    a_container_instance,
    a_draining_view,
    a_group,
    a_judged_view,
    a_policy,
    a_rebalance_trigger,
    a_retirement_trigger,
    a_spot_trigger,
    after,
    codes,
)

SELF, SECOND, THIRD = a_container_instance(), a_container_instance(1), a_container_instance(2)
POLICY = a_policy(budget="1", on_rebalance=OnRebalance.DRAIN)
ITEM = Unread("prod", f"drain#{INSTANCE_ID}", "phase is 'of a newer version'")


def beside(*unread: str) -> View:
    return a_judged_view(
        cluster=a_cluster(POLICY, unread=frozenset(unread)),
        neighbours=(SECOND, THIRD),
        capacity=(a_group(SELF, SECOND, THIRD),),
    )


def test_an_instance_whose_drain_nobody_can_read_uses_the_budget_up_though_it_serves() -> None:
    view = beside(SECOND.instance_id)

    assert (out_of_service(beside()), out_of_service(view)) == (0, 1)
    assert f"nobody can read what was begun: {SECOND.instance_id}" in (budget_objection(view) or "")
    assert plan_start(beside(), a_rebalance_trigger(), NOW).takes_budget
    assert not plan_start(view, a_rebalance_trigger(), NOW).takes_budget


@pytest.mark.parametrize("trigger", [a_rebalance_trigger(), a_retirement_trigger(forced=False)])
def test_what_may_be_begun_already_is_not_begun_anew_and_a_date_is_not_lost(trigger: Trigger) -> None:
    """AWS Health tells a date once: its event comes again, in the end as a dead letter."""
    plan = plan_start(beside(INSTANCE_ID), trigger, NOW)

    assert plan.actions == ()
    assert (plan is UNDECIDED) == (trigger.goes_at is not None)
    assert plan is UNDECIDED or plan.reason == BEGUN_UNREAD


def test_what_is_forced_cannot_wait_for_somebody_who_repairs_the_item() -> None:
    plan = plan_start(beside(INSTANCE_ID), a_spot_trigger(), NOW)

    assert any(isinstance(action, Claim) for action in plan.actions)


def test_an_instance_that_drains_by_an_item_that_nobody_can_read_is_not_called_somebody_elses() -> None:
    """On-call was told to ask who drains what Ballast itself had begun to drain."""
    view = a_draining_view()

    assert round_of(a_cluster(), [view], ()).drained_by_others == (view,)
    assert round_of(a_cluster(unread=frozenset({INSTANCE_ID})), [view], ()).drained_by_others == ()


def test_an_item_that_nobody_can_read_is_told_once_by_its_key_and_again_once_it_is_over() -> None:
    [first] = plan_unread(a_cluster(), [ITEM], (), NOW)
    [watch] = [action.after for action in first.actions if isinstance(action, RecordWatch) and action.after]

    assert codes(first) == ["ItemUnreadable"]
    assert watch.subject == ITEM.item
    assert list(plan_unread(a_cluster(), [ITEM], (watch,), after(1))) == []
    [last] = plan_unread(a_cluster(), [], (watch,), after(2))
    assert codes(last) == ["ItemReadable"]
