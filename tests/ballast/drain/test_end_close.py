"""How a disruption ends once EC2 has decided, and how one waits for its turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ballast.drain.progress import plan_progress
from ballast.plans.actions import (
    Claim,
    ContinueTermination,
    DeregisterContainerInstance,
    Reactivate,
    Record,
    SetScaleInProtection,
    StartDraining,
)
from ballast.plans.plan import next_revision
from ballast.records.disruption import Disruption, Phase, Reason
from tests.builders import (
    CLUSTER,
    GROUP,
    INSTANCE_ID,
    NOW,
    a_cluster,
    a_container_instance,
    a_disruption,
    a_draining_view,
    a_hook,
    a_judged_view,
    a_membership,
    a_policy,
    a_scale_in,
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
RELEASE = ContinueTermination(GROUP, "ballast-drain", INSTANCE_ID, "token")


# How it ends


@pytest.mark.parametrize("state", ["terminated", "gone"])
def test_a_ghost_is_deregistered_once_ec2_says_terminated(state: str) -> None:
    known = a_disruption()

    plan = plan_progress(a_draining_view(known, ec2_state=state), NOW)

    assert acts(plan) == (DeregisterContainerInstance(CLUSTER, ARN), Record(known, None))
    assert codes(plan) == ["InstanceGone"]


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


def test_a_survivor_is_set_active_again_ten_minutes_after_its_announced_end() -> None:
    known = a_disruption()
    view = a_draining_view(known, ec2_state="running", membership=a_membership())

    assert acts(plan_progress(view, after(12))) == ()
    plan = plan_progress(view, after(13))
    assert acts(plan) == closes(known, Reactivate(CLUSTER, ARN))
    assert codes(plan) == ["InstanceSurvived"]


def test_a_survivor_gets_its_scale_in_protection_back() -> None:
    known = a_disruption(group=GROUP, unprotected=True)

    plan = plan_progress(a_draining_view(known, ec2_state="running"), after(13))

    assert SetScaleInProtection(GROUP, INSTANCE_ID, protected=True) in plan.actions


def test_a_survivor_that_somebody_else_drains_is_left_to_them() -> None:
    known = a_disruption(foreign=True)

    plan = plan_progress(a_draining_view(known, ec2_state="running"), after(13))

    assert acts(plan) == closes(known)


@pytest.mark.parametrize(
    ("known", "state", "member"),
    [
        (a_disruption(), "running", a_membership(lifecycle_state="Terminating:Wait")),
        (a_disruption(), "shutting-down", None),
        (a_disruption(), None, None),
        (a_scale_in(goes_at=after(2)), "running", None),
    ],
)
def test_an_instance_that_goes_after_all_is_no_survivor(known: Disruption, state: str | None, member: object) -> None:
    plan = plan_progress(a_draining_view(known, ec2_state=state, membership=member), after(13))

    assert "InstanceSurvived" not in codes(plan)


def test_a_stopped_instance_outside_any_group_is_reported_and_closed() -> None:
    known = a_disruption()

    plan = plan_progress(a_draining_view(known, ec2_state="stopped"), NOW)

    assert acts(plan) == closes(known)
    assert codes(plan) == ["InstanceStopped"]


def test_a_hook_of_an_instance_that_left_the_cluster_is_released() -> None:
    known = a_scale_in()

    plan = plan_progress(a_view(known, instance=None, ec2_state="running"), NOW)

    assert acts(plan) == (
        RELEASE,
        Record(known, next_revision(replace(known, phase=Phase.DRAINED, hook=a_hook(completed=True)))),
    )


@pytest.mark.parametrize(
    ("known", "state", "is_closed"),
    [
        (a_disruption(), None, False),  # only the sweep asks EC2
        (a_scale_in(), None, False),
        (a_disruption(phase=Phase.DRAINED), "shutting-down", False),
        (a_disruption(), "running", True),
        (a_voluntary(), "stopped", True),
    ],
)
def test_an_instance_that_left_the_cluster_is_closed_once_ec2_says_what_became_of_it(
    known: Disruption,
    state: str | None,
    is_closed: bool,  # noqa: FBT001
) -> None:
    plan = plan_progress(a_view(known, instance=None, ec2_state=state), NOW)

    assert codes(plan) == (["InstanceLeft"] if is_closed else [])
    assert acts(plan) == (closes(known) if is_closed else ())


# Waiting for its turn


def test_a_waiting_drain_is_not_tried_before_its_time() -> None:
    assert plan_progress(a_judged_view(a_waiting()), after(9)).actions == ()


def test_a_waiting_drain_begins_when_nothing_objects_any_more() -> None:
    plan = plan_progress(a_judged_view(a_waiting()), after(10))

    claimed = a_voluntary(phase=Phase.CLAIMED, deadline=after(70), revision=2)
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
    claimed = a_voluntary(phase=Phase.CLAIMED, forced=True, deadline=day_before + minutes(60), revision=2)
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
