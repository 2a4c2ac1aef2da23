"""Only what a decision needs is looked up, and all of that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.drain.triggers import NOTHING, TO_BEGIN_VOLUNTARILY, TO_JUDGE, Need, Trigger, needs
from ballast.facts.view import Provider, View
from ballast.policy.policy import OnRebalance, StandaloneTasks
from ballast.records.disruption import Disruption, Phase, Reason
from tests.builders import (
    NOW,
    a_cluster,
    a_disruption,
    a_draining_instance,
    a_hook,
    a_hook_trigger,
    a_policy,
    a_rebalance_trigger,
    a_retirement_trigger,
    a_scale_in,
    a_spot_trigger,
    a_view,
    a_voluntary,
    a_waiting,
    after,
)
from tests.strategies import disruptions, triggers, views

BUSY = a_draining_instance()
EMPTY = a_draining_instance(running_tasks=0)
LISTING = frozenset({Need.TASKS, Need.MEMBERSHIP, Need.EC2_STATE})


def test_a_spot_warning_needs_nothing_so_that_draining_begins_at_once() -> None:
    assert needs(a_view(), a_spot_trigger(), NOW) == NOTHING


@pytest.mark.parametrize(
    ("trigger", "policy", "wanted"),
    [
        (a_hook_trigger(), OnRebalance.NOTIFY, {Need.HOOK}),
        (a_retirement_trigger(), OnRebalance.NOTIFY, TO_BEGIN_VOLUNTARILY),
        (a_retirement_trigger(forced=True), OnRebalance.NOTIFY, NOTHING),
        (a_rebalance_trigger(), OnRebalance.IGNORE, NOTHING),
        (a_rebalance_trigger(), OnRebalance.NOTIFY, NOTHING),
        (a_rebalance_trigger(), OnRebalance.DRAIN, TO_BEGIN_VOLUNTARILY),
    ],
)
def test_to_begin_a_drain(trigger: Trigger, policy: OnRebalance, wanted: frozenset[Need]) -> None:
    view = a_view(cluster=a_cluster(a_policy(on_rebalance=policy)))

    assert needs(view, trigger, NOW) == wanted


def test_to_join_a_drain_nothing_is_needed_but_the_hook() -> None:
    assert needs(a_view(a_disruption()), a_retirement_trigger(), NOW) == NOTHING
    assert needs(a_view(a_disruption()), a_hook_trigger(), NOW) == {Need.HOOK}


@pytest.mark.parametrize(
    ("known", "instance", "wanted"),
    [
        (None, BUSY, NOTHING),
        (a_waiting(), BUSY, NOTHING),
        (a_waiting(retry_at=NOW), BUSY, TO_BEGIN_VOLUNTARILY),
        (a_waiting(retry_at=None), BUSY, TO_BEGIN_VOLUNTARILY),
        (a_disruption(phase=Phase.CLAIMED), BUSY, NOTHING),
        (a_voluntary(phase=Phase.ROLLED_BACK), BUSY, NOTHING),
        (a_voluntary(phase=Phase.ROLLING_BACK), BUSY, TO_JUDGE | {Need.MEMBERSHIP}),
        (a_scale_in(phase=Phase.FORCING), BUSY, TO_JUDGE | {Need.MEMBERSHIP}),
        (a_scale_in(), BUSY, NOTHING),  # ECS counts tasks, so it is not empty
        (a_scale_in(), EMPTY, LISTING),  # ECS's counts never prove that it is
        (a_scale_in(phase=Phase.ESCALATED), EMPTY, LISTING),
        (a_scale_in(phase=Phase.DRAINED), EMPTY, LISTING),
        (a_scale_in(phase=Phase.DRAINED, hook=a_hook(completed=True)), EMPTY, NOTHING),
        (a_scale_in(deadline=NOW), BUSY, TO_JUDGE | LISTING),
        (a_scale_in(deadline=NOW, phase=Phase.FORCED), BUSY, TO_JUDGE | LISTING),
        (a_scale_in(deadline=NOW, phase=Phase.ESCALATED), BUSY, NOTHING),
        (a_disruption(), EMPTY, NOTHING),  # warnings come first
        (
            a_disruption(started_at=after(-0.75)),
            EMPTY,
            LISTING,
        ),  # nothing waits for it, yet what is told must have been seen
        (a_disruption(deadline=NOW), BUSY, NOTHING),
    ],
)
def test_to_progress(known: Disruption | None, instance: object, wanted: frozenset[Need]) -> None:
    assert needs(a_view(known, instance=instance), None, NOW) == wanted


def test_daemons_may_be_all_that_is_counted() -> None:
    cluster = a_cluster(daemon_services=("logs", "metrics"))

    assert needs(a_view(a_scale_in(), cluster=cluster, instance=BUSY), None, NOW) == LISTING


def test_where_standalone_tasks_are_stopped_they_are_listed_every_time() -> None:
    cluster = a_cluster(a_policy(standalone_tasks=StandaloneTasks.STOP))

    assert needs(a_view(a_scale_in(), cluster=cluster, instance=BUSY), None, NOW) == LISTING


@pytest.mark.parametrize("trigger", [None, a_spot_trigger(), a_retirement_trigger(), a_hook_trigger()])
def test_nothing_is_looked_up_for_ecs_managed_instances(trigger: Trigger | None) -> None:
    cluster = a_cluster(providers=(Provider("web-provider", None, managed_draining=True),))

    assert needs(a_view(a_scale_in(), cluster=cluster), trigger, NOW) == NOTHING


@given(views(st.none() | disruptions()), st.none() | triggers())
def test_every_situation_has_an_answer(view: View, trigger: Trigger | None) -> None:
    wanted = needs(view, trigger, NOW)

    if Need.PROTECTION in wanted or Need.SERVICES in wanted:
        assert Need.TASKS in wanted


def test_a_drain_that_runs_out_of_time_is_judged_only_then() -> None:
    view = a_view(a_voluntary(reason=Reason.REBALANCE_RECOMMENDATION), instance=BUSY)

    assert needs(view, None, after(59)) == NOTHING
    assert needs(view, None, after(60)) == TO_JUDGE | LISTING
