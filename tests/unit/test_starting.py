"""What a trigger does to an instance: begin a drain, join the one that runs, or wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.draining.starting import plan_release, plan_start
from ballast.draining.triggers import Trigger
from ballast.draining.view import View, step
from ballast.model import Disruption, InstanceStatus, Phase, Provider, Reason
from ballast.plan import (
    Claim,
    ContinueTermination,
    Plan,
    Record,
    SetScaleInProtection,
    StartDraining,
    Tell,
)
from ballast.policy import OnRebalance
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
    a_scale_in,
    a_spot_trigger,
    a_terminating,
    a_view,
    a_voluntary,
    a_waiting,
    acts,
    after,
    codes,
    minutes,
)
from tests.strategies import disruptions, triggers, views

ARN = a_container_instance().arn
STOPPING = Trigger(INSTANCE_ID, Reason.INSTANCE_STOPPING, NOW, NOW, NOW)


def drains(policy: OnRebalance = OnRebalance.DRAIN) -> Any:
    return a_cluster(a_policy(on_rebalance=policy))


def claimed_by(plan: Plan) -> Disruption:
    claim = plan.actions[0]
    assert isinstance(claim, Claim)
    return claim.after


def test_a_spot_warning_is_claimed_then_drained_told_and_recorded() -> None:
    plan = plan_start(a_view(), a_spot_trigger(), NOW)

    claimed = a_disruption(phase=Phase.CLAIMED, revision=1)
    assert acts(plan) == (
        Claim(claimed),
        StartDraining(CLUSTER, ARN),
        Record(claimed, a_disruption(phase=Phase.DRAINING, revision=2)),
    )
    assert codes(plan) == ["SpotInterruption"]
    assert plan.reason == "spot interruption: 2 tasks have to move"


@pytest.mark.parametrize(
    ("trigger", "code"),
    [
        (a_spot_trigger(), "SpotInterruption"),
        (a_hook_trigger(), "ScaleIn"),
        (a_retirement_trigger(forced=True), "ScheduledChangeDrain"),
        (STOPPING, "InstanceStopping"),
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

    assert plan_start(view, a_spot_trigger(), NOW).actions == (Claim(a_disruption(phase=Phase.CLAIMED, revision=1)),)


@pytest.mark.parametrize(
    "status", [InstanceStatus.DEREGISTERING, InstanceStatus.REGISTRATION_FAILED, InstanceStatus.INACTIVE]
)
def test_where_nothing_can_run_nothing_is_told(status: InstanceStatus) -> None:
    plan = plan_start(a_view(instance=a_container_instance(status=status)), a_hook_trigger(), NOW)

    assert [type(action) for action in plan.actions] == [Claim, Record]


def test_an_instance_that_stops_while_draining_needs_nothing_more() -> None:
    assert plan_start(a_draining_view(), STOPPING, NOW).actions == ()


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

    claimed = a_voluntary(reason=Reason.REBALANCE_RECOMMENDATION, goes_at=None, phase=Phase.CLAIMED, revision=1)
    assert acts(plan) == (
        Claim(claimed, None, budget=1),
        StartDraining(CLUSTER, ARN),
        Record(claimed, step(claimed, phase=Phase.DRAINING)),
    )
    assert codes(plan) == ["RebalanceDrain"]


def test_a_retirement_in_ten_days_is_drained_in_good_order_when_nothing_objects() -> None:
    plan = plan_start(a_judged_view(), a_retirement_trigger(), NOW)

    assert claimed_by(plan) == a_voluntary(phase=Phase.CLAIMED, revision=1)
    assert codes(plan) == ["ScheduledChangeDrain"]


def test_a_retirement_in_ten_days_waits_when_something_objects_and_says_what() -> None:
    plan = plan_start(a_judged_view(neighbours=()), a_retirement_trigger(), NOW)

    assert acts(plan) == (Claim(a_waiting()),)
    assert codes(plan) == ["DrainWaits"]
    assert plan.reason == "waits: 1 of its 1 tasks fit on no other instance"


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


# An instance that is in no cluster


def test_an_instance_outside_its_cluster_is_not_held() -> None:
    assert plan_start(a_view(instance=None), a_hook_trigger(), NOW).actions == (
        ContinueTermination(GROUP, "ballast-drain", INSTANCE_ID, "token"),
    )


def test_without_a_hook_an_instance_outside_its_cluster_is_none_of_our_business() -> None:
    assert plan_release(a_spot_trigger()).actions == ()


# Joining


def test_a_hook_joins_a_spot_interruption_and_the_earlier_deadline_stays() -> None:
    known = a_disruption()
    joined = step(known, hook=a_hook(), group=GROUP)

    assert plan_start(a_draining_view(known), a_hook_trigger(), NOW).actions == (Claim(joined, known),)


def test_a_spot_interruption_joins_a_scale_in_and_shortens_its_deadline() -> None:
    known = a_scale_in()
    joined = step(known, reason=Reason.SPOT_INTERRUPTION, deadline=after(2), goes_at=after(2))

    assert plan_start(a_draining_view(known), a_spot_trigger(), NOW).actions == (Claim(joined, known),)


def test_a_spot_interruption_makes_a_voluntary_drain_forced() -> None:
    known = a_voluntary()
    joined = step(known, forced=True, reason=Reason.SPOT_INTERRUPTION, deadline=after(2), goes_at=after(2))

    assert plan_start(a_draining_view(known), a_spot_trigger(), NOW).actions == (Claim(joined, known),)


def test_a_scale_in_of_a_voluntary_drain_keeps_the_date_of_the_retirement() -> None:
    known = a_voluntary(goes_at=after(300))

    joined = claimed_by(plan_start(a_draining_view(known), a_hook_trigger(), NOW))

    assert (joined.forced, joined.reason, joined.goes_at) == (True, Reason.LIFECYCLE_HOOK, after(300))


def test_an_empty_instance_is_looked_at_again_before_a_hook_that_joins_is_completed() -> None:
    known = a_voluntary(phase=Phase.DRAINED)

    assert claimed_by(plan_start(a_draining_view(known), a_hook_trigger(), NOW)).phase is Phase.DRAINING


def test_a_rollback_that_a_forced_trigger_overtakes_is_taken_up_as_a_drain() -> None:
    known = a_voluntary(phase=Phase.ROLLING_BACK)

    joined = claimed_by(plan_start(a_draining_view(known), a_spot_trigger(), NOW))

    assert (joined.phase, joined.forced) == (Phase.CLAIMED, True)


def test_a_waiting_drain_begins_at_once_when_it_becomes_forced() -> None:
    known = a_waiting()

    plan = plan_start(a_view(known), a_spot_trigger(), NOW)

    claimed = a_disruption(phase=Phase.CLAIMED, revision=2)
    assert plan.actions[:2] == (Claim(claimed, known), StartDraining(CLUSTER, ARN))


@pytest.mark.parametrize(
    ("known", "trigger"),
    [
        (a_waiting(), a_rebalance_trigger()),
        (a_waiting(), a_retirement_trigger()),
        (a_voluntary(), a_rebalance_trigger()),
        (a_disruption(), a_retirement_trigger()),
        (a_disruption(), STOPPING),
        (a_disruption(), a_spot_trigger()),
        (a_scale_in(), a_hook_trigger()),
        (a_scale_in(phase=Phase.ESCALATED), a_hook_trigger(hook=a_terminating(token="another"))),  # noqa: S106
    ],
)
def test_what_is_known_already_changes_nothing(known: Disruption, trigger: Trigger) -> None:
    assert plan_start(a_draining_view(known), trigger, NOW).actions == ()


@pytest.mark.parametrize(
    ("known", "changes"),
    [
        (a_waiting(reason=Reason.REBALANCE_RECOMMENDATION, goes_at=None), {}),
        (a_waiting(goes_at=NOW + timedelta(days=12)), {}),
        (a_voluntary(reason=Reason.REBALANCE_RECOMMENDATION, goes_at=None), {}),
    ],
)
def test_a_date_or_an_earlier_one_is_remembered(known: Disruption, changes: dict[str, Any]) -> None:
    plan = plan_start(a_view(known), a_retirement_trigger(), NOW)

    wanted = step(known, reason=Reason.SCHEDULED_CHANGE, goes_at=NOW + timedelta(days=10), **changes)
    assert plan.actions == (Claim(wanted, known),)


def test_a_later_date_is_an_old_event() -> None:
    trigger = a_retirement_trigger(goes_at=NOW + timedelta(days=12))

    assert plan_start(a_view(a_waiting()), trigger, NOW).actions == ()


def test_an_instance_that_stops_while_it_waits_for_its_turn_is_drained() -> None:
    plan = plan_start(a_view(a_waiting()), STOPPING, NOW)

    assert (claimed_by(plan).reason, claimed_by(plan).forced) == (Reason.INSTANCE_STOPPING, True)


# After a rollback

ROLLED_BACK = a_voluntary(
    reason=Reason.REBALANCE_RECOMMENDATION, phase=Phase.ROLLED_BACK, deadline=None, goes_at=None, retry_at=after(60)
)


def test_after_a_rollback_a_recommendation_is_not_followed_for_a_while() -> None:
    assert plan_start(a_judged_view(ROLLED_BACK, cluster=drains()), a_rebalance_trigger(), NOW).actions == ()


def test_after_a_rollback_a_forced_trigger_begins_anew() -> None:
    plan = plan_start(a_view(ROLLED_BACK), a_spot_trigger(), NOW)

    assert plan.actions[0] == Claim(a_disruption(phase=Phase.CLAIMED, revision=3), ROLLED_BACK)


def test_after_a_rollback_a_retirement_waits_for_its_turn() -> None:
    plan = plan_start(a_view(ROLLED_BACK), a_retirement_trigger(), NOW)

    assert acts(plan) == (Claim(a_waiting(group=None, retry_at=after(60), revision=3), ROLLED_BACK),)
    assert codes(plan) == ["DrainWaits"]


# What holds for every situation


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

    if view.instance is None:
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
    if known.forced and known.deadline and known.phase is not Phase.WAITING:
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
