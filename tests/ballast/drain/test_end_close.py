"""How a disruption ends once EC2 has decided, and how one waits for its turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ballast.drain.progress import plan_progress
from ballast.facts.view import ABSENT, View
from ballast.plans.actions import (
    Claim,
    DeregisterContainerInstance,
    Record,
    StartDraining,
)
from ballast.plans.plan import next_revision
from ballast.records.disruption import Phase, Reason
from tests.builders import (
    CLUSTER,
    NOW,
    a_cluster,
    a_container_instance,
    a_disruption,
    a_draining_instance,
    a_draining_view,
    a_judged_view,
    a_membership,
    a_policy,
    a_view,
    a_voluntary,
    a_waiting,
    acts,
    after,
    closes,
    codes,
    minutes,
)

ARN = a_container_instance().arn


# How it ends


def test_a_ghost_is_deregistered_once_ec2_says_terminated() -> None:
    known = a_disruption()

    plan = plan_progress(a_draining_view(known, ec2_state="terminated"), NOW)

    assert acts(plan) == (DeregisterContainerInstance(CLUSTER, ARN), Record(known, None))
    assert codes(plan) == ["InstanceGone"]


LOST = {"ec2_state": ABSENT, "instance": a_draining_instance(agent_connected=False)}


def test_one_answer_without_it_is_only_remembered() -> None:
    known = a_disruption()

    plan = plan_progress(a_view(known, in_no_group=True, **LOST), NOW)

    assert acts(plan) == (Record(known, next_revision(replace(known, absent_since=NOW))),)


def test_an_absence_is_believed_a_minute_later_if_its_group_does_not_have_it_either() -> None:
    known = a_disruption(absent_since=NOW)

    plan = plan_progress(a_view(known, in_no_group=True, **LOST), after(1))

    assert acts(plan) == (DeregisterContainerInstance(CLUSTER, ARN), Record(known, None))


@pytest.mark.parametrize(
    "view",
    [
        a_view(a_disruption(absent_since=NOW), **LOST),  # its group was not asked, or did not say
        a_view(a_disruption(absent_since=NOW), membership=a_membership(), **LOST),
        a_view(a_disruption(absent_since=after(9.5)), in_no_group=True, **LOST),  # the first was half a minute ago
        a_draining_view(a_disruption(absent_since=NOW), in_no_group=True, ec2_state=ABSENT),  # its agent is connected
    ],
)
def test_an_absence_that_is_not_confirmed_ends_nothing(view: View) -> None:
    plan = plan_progress(view, after(10))

    assert not any(isinstance(a, DeregisterContainerInstance) for a in plan.actions)
    assert "InstanceGone" not in codes(plan)


def test_an_answer_that_has_it_again_forgets_the_absence() -> None:
    known = a_disruption(absent_since=NOW)

    plan = plan_progress(a_draining_view(known, ec2_state="running"), after(5))

    assert acts(plan) == (Record(known, next_revision(replace(known, absent_since=None))),)


@pytest.mark.parametrize("state", [None, "running", "shutting-down", "stopping", "stopped"])
def test_nothing_is_deregistered_before_that(state: str | None) -> None:
    plan = plan_progress(a_draining_view(a_disruption(), ec2_state=state), after(30))

    assert not any(isinstance(a, DeregisterContainerInstance) for a in plan.actions)


def test_a_terminated_instance_that_ecs_has_forgotten_is_closed() -> None:
    known = a_disruption()

    plan = plan_progress(a_view(known, instance=None, ec2_state="terminated"), NOW)

    assert acts(plan) == (Record(known, None),)
    assert codes(plan) == ["InstanceGone"]


def test_the_end_of_one_that_only_waited_is_closed_silently() -> None:
    plan = plan_progress(a_view(a_waiting(), instance=None, ec2_state="terminated"), NOW)

    assert plan.actions == (Record(a_waiting(), None),)


# Waiting for its turn


def test_a_waiting_drain_is_not_tried_before_its_time() -> None:
    assert plan_progress(a_judged_view(a_waiting()), after(9)).actions == ()


def test_a_waiting_drain_begins_when_nothing_objects_any_more() -> None:
    plan = plan_progress(a_judged_view(a_waiting()), after(10))

    claimed = a_voluntary(phase=Phase.CLAIMED, deadline=after(70), begun_at=after(10), revision=2)
    assert plan.actions[0] == Claim(claimed, a_waiting(), budget=1)
    assert codes(plan) == ["ScheduledChangeDrain"]


def test_a_waiting_drain_waits_on_silently() -> None:
    plan = plan_progress(a_judged_view(a_waiting(), neighbours=()), after(10))

    assert plan.actions == (Record(a_waiting(), next_revision(replace(a_waiting(), retry_at=after(20)))),)


def test_only_one_waiting_drain_begins_in_a_round() -> None:
    plan = plan_progress(a_judged_view(a_waiting()), after(10), may_begin=False)

    assert plan.actions == (Record(a_waiting(), next_revision(replace(a_waiting(), retry_at=after(10)))),)


def test_a_retirement_that_is_near_is_drained_whatever_speaks_against_it() -> None:
    cluster = a_cluster(a_policy(opted_out="true"))
    known = a_waiting()
    day_before = NOW + timedelta(days=9)

    assert plan_progress(a_view(known, cluster=cluster), day_before - minutes(1)).actions == (
        Record(known, next_revision(replace(known, retry_at=day_before + minutes(9)))),
    )
    plan = plan_progress(a_view(known, cluster=cluster), day_before)
    claimed = a_voluntary(
        phase=Phase.CLAIMED, forced=True, deadline=day_before + minutes(60), begun_at=day_before, revision=2
    )
    assert plan.actions[:2] == (Claim(claimed, known), StartDraining(CLUSTER, ARN))


def test_a_retirement_whose_date_has_passed_is_closed() -> None:
    known = a_waiting(goes_at=NOW)

    plan = plan_progress(a_view(known), after(11))

    assert acts(plan) == closes(known)
    assert codes(plan) == ["ChangePassed"]


def test_a_recommendation_is_given_up_when_no_good_moment_came() -> None:
    known = a_waiting(reason=Reason.REBALANCE_RECOMMENDATION, goes_at=None)

    plan = plan_progress(a_view(known), after(61))

    assert acts(plan) == closes(known)
    assert codes(plan) == ["GaveUpWaiting"]


def test_a_rolled_back_disruption_is_forgotten_after_a_while() -> None:
    known = a_voluntary(phase=Phase.ROLLED_BACK, deadline=None, retry_at=after(60))

    assert plan_progress(a_view(known), after(59)).actions == ()
    assert plan_progress(a_view(known), after(60)).actions == (Record(known, None),)
