"""What a trigger does to an instance that nothing is being done to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.drain.start import plan_start
from ballast.drain.triggers import Trigger
from ballast.facts.view import InstanceStatus, Provider
from ballast.plans.actions import Claim, Record, SetScaleInProtection, StartDraining
from ballast.plans.plan import next_revision
from ballast.policy.policy import OnRebalance
from ballast.records.disruption import Phase, Reason
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
    a_hook_trigger,
    a_judged_view,
    a_membership,
    a_policy,
    a_rebalance_trigger,
    a_retirement_trigger,
    a_spot_trigger,
    a_stopping_trigger,
    a_terminating,
    a_view,
    a_voluntary,
    a_waiting,
    acts,
    after,
    claimed_by,
    codes,
    minutes,
)

ARN = a_container_instance().arn


def drains(policy: OnRebalance = OnRebalance.DRAIN) -> Any:
    return a_cluster(a_policy(on_rebalance=policy))


def test_a_spot_warning_is_claimed_then_drained_told_and_recorded() -> None:
    plan = plan_start(a_view(), a_spot_trigger(), NOW)

    claimed = a_disruption(phase=Phase.CLAIMED, begun_at=NOW, revision=1)
    assert acts(plan) == (
        Claim(claimed),
        StartDraining(CLUSTER, ARN),
        Record(claimed, a_disruption(phase=Phase.DRAINING, begun_at=NOW, revision=2)),
    )
    assert codes(plan) == ["SpotInterruption"]
    assert plan.reason == "spot interruption: 2 tasks have to move"


@pytest.mark.parametrize(
    ("trigger", "code"),
    [
        (a_spot_trigger(), "SpotInterruption"),
        (a_hook_trigger(), "ScaleIn"),
        (a_retirement_trigger(forced=True), "ScheduledChangeDrain"),
        (a_stopping_trigger(), "InstanceStopping"),
    ],
)
def test_each_forced_reason_has_its_own_notice(trigger: Trigger, code: str) -> None:
    assert codes(plan_start(a_view(), trigger, NOW)) == [code]


def test_a_forced_drain_takes_no_budget_and_heeds_no_opt_out() -> None:
    cluster = a_cluster(a_policy(budget="0", opted_out="true", unreadable=(("ballast:x", "y", "z"),)))

    plan = plan_start(a_view(cluster=cluster), a_spot_trigger(), NOW)

    assert isinstance(claim := plan.actions[0], Claim)
    assert (claim.budget, claim.others_out) == (0, 0)
    assert StartDraining(CLUSTER, ARN) in plan.actions


def test_a_hook_is_remembered_with_its_timeout() -> None:
    plan = plan_start(a_view(hook_timeout_s=600), a_hook_trigger(), NOW)

    assert claimed_by(plan).hook == a_hook(heartbeat_timeout_s=600)
    assert claimed_by(plan).group == GROUP


def test_a_hook_without_a_token_was_found_by_the_sweep_and_gets_a_heartbeat_soon() -> None:
    plan = plan_start(a_view(hook_timeout_s=600), a_hook_trigger(hook=a_terminating(token=None)), NOW)

    assert claimed_by(plan).hook == a_hook(token=None, heartbeat_timeout_s=600, waits_since=after(-5))


@pytest.mark.parametrize(
    ("timeout_s", "deadline", "ends"),
    [
        (300, after(10 * 60), after(500)),  # 100 heartbeats
        (7200, after(60 * 60), after(48 * 60)),  # 48 hours
        (7200, after(60), after(60)),
    ],
)
def test_a_drain_ends_before_auto_scaling_stops_waiting(timeout_s: int, deadline: Any, ends: Any) -> None:
    plan = plan_start(a_view(hook_timeout_s=timeout_s), a_hook_trigger(deadline=deadline), NOW)

    assert claimed_by(plan).deadline == ends


def test_an_instance_that_is_draining_already_is_claimed_as_foreign() -> None:
    plan = plan_start(a_draining_view(), a_spot_trigger(), NOW)

    assert claimed_by(plan).foreign
    assert [type(action) for action in acts(plan)] == [Claim, Record]


def test_an_instance_that_still_registers_is_claimed_and_drained_later() -> None:
    view = a_view(instance=a_container_instance(status=InstanceStatus.REGISTERING))

    assert plan_start(view, a_spot_trigger(), NOW).actions == (
        Claim(a_disruption(phase=Phase.CLAIMED, begun_at=NOW, revision=1)),
    )


@pytest.mark.parametrize(
    "status", [InstanceStatus.DEREGISTERING, InstanceStatus.REGISTRATION_FAILED, InstanceStatus.INACTIVE]
)
def test_where_nothing_can_run_nothing_is_told(status: InstanceStatus) -> None:
    plan = plan_start(a_view(instance=a_container_instance(status=status)), a_hook_trigger(), NOW)

    assert [type(action) for action in plan.actions] == [Claim, Record]


def test_an_instance_that_stops_while_draining_needs_nothing_more() -> None:
    assert plan_start(a_draining_view(), a_stopping_trigger(), NOW).actions == ()


@pytest.mark.parametrize("trigger", [a_spot_trigger(), a_hook_trigger(), a_retirement_trigger(), a_rebalance_trigger()])
def test_ecs_managed_instances_are_left_to_ecs(trigger: Trigger) -> None:
    cluster = a_cluster(drains().policy, providers=(Provider("web-provider", None, managed_draining=True),))

    assert plan_start(a_judged_view(cluster=cluster), trigger, NOW).actions == ()


@pytest.mark.parametrize(("policy", "told"), [(OnRebalance.IGNORE, []), (OnRebalance.NOTIFY, ["RebalanceRecommended"])])
def test_a_rebalance_recommendation_is_ignored_or_only_reported(policy: OnRebalance, told: list[str]) -> None:
    plan = plan_start(a_view(cluster=drains(policy)), a_rebalance_trigger(), NOW)

    assert acts(plan) == ()
    assert codes(plan) == told


def test_a_rebalance_recommendation_is_drained_where_the_operator_says_so() -> None:
    plan = plan_start(a_judged_view(cluster=drains()), a_rebalance_trigger(), NOW)

    claimed = a_voluntary(
        reason=Reason.REBALANCE_RECOMMENDATION, goes_at=None, phase=Phase.CLAIMED, begun_at=NOW, revision=1
    )
    assert acts(plan) == (
        Claim(claimed, None, budget=1),
        StartDraining(CLUSTER, ARN),
        Record(claimed, next_revision(replace(claimed, phase=Phase.DRAINING))),
    )
    assert codes(plan) == ["RebalanceDrain"]


def test_a_retirement_in_ten_days_is_drained_in_good_order_when_nothing_objects() -> None:
    plan = plan_start(a_judged_view(), a_retirement_trigger(), NOW)

    assert claimed_by(plan) == a_voluntary(phase=Phase.CLAIMED, begun_at=NOW, revision=1)
    assert codes(plan) == ["ScheduledChangeDrain"]


def test_a_retirement_in_ten_days_waits_when_something_objects_and_says_what() -> None:
    plan = plan_start(a_judged_view(neighbours=()), a_retirement_trigger(), NOW)

    assert acts(plan) == (Claim(a_waiting()),)
    assert codes(plan) == ["DrainWaits"]
    assert plan.reason.startswith("waits: 1 of its 1 task fits on no other instance: a task of service api: ")


def test_only_one_voluntary_drain_begins_in_a_round() -> None:
    plan = plan_start(a_judged_view(), a_retirement_trigger(), NOW, may_begin=False)

    assert acts(plan) == (Claim(a_waiting(retry_at=NOW)),)


def test_a_voluntary_drain_takes_scale_in_protection_away_and_remembers_it() -> None:
    view = a_judged_view(membership=a_membership(protected_from_scale_in=True))

    plan = plan_start(view, a_retirement_trigger(), NOW)

    assert claimed_by(plan).unprotected
    assert SetScaleInProtection(GROUP, INSTANCE_ID, protected=False) in plan.actions


def test_a_forced_drain_leaves_scale_in_protection_alone() -> None:
    view = a_judged_view(membership=a_membership(protected_from_scale_in=True))

    assert not claimed_by(plan_start(view, a_spot_trigger(), NOW)).unprotected


def test_a_voluntary_drain_ends_at_the_latest_when_aws_takes_the_instance() -> None:
    cluster = a_cluster(a_policy(voluntary_deadline=minutes(2880), forced_lead=minutes(60)))

    plan = plan_start(a_judged_view(cluster=cluster), a_retirement_trigger(goes_at=after(120)), NOW)

    assert claimed_by(plan).deadline == after(120)


def test_a_recommendation_for_what_somebody_else_drains_is_not_followed() -> None:
    assert plan_start(a_draining_view(cluster=drains()), a_rebalance_trigger(), NOW).actions == ()
