"""What a trigger does to a drain that runs, waits or was rolled back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ballast.drain.start import plan_start
from ballast.drain.triggers import Trigger, strongest
from ballast.plans.actions import Claim, StartDraining
from ballast.plans.plan import next_revision
from ballast.policy.policy import OnRebalance
from ballast.records.disruption import Disruption, Phase, Reason
from tests.builders import (
    CLUSTER,
    GROUP,
    NOW,
    a_cluster,
    a_container_instance,
    a_disruption,
    a_draining_view,
    a_hook,
    a_hook_trigger,
    a_judged_view,
    a_policy,
    a_rebalance_trigger,
    a_retirement_trigger,
    a_scale_in,
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
)

ARN = a_container_instance().arn


def drains(policy: OnRebalance = OnRebalance.DRAIN) -> Any:
    return a_cluster(a_policy(on_rebalance=policy))


def test_a_hook_joins_a_spot_interruption_and_the_earlier_deadline_stays() -> None:
    known = a_disruption()
    joined = next_revision(replace(known, hook=a_hook(), group=GROUP))

    assert plan_start(a_draining_view(known), a_hook_trigger(), NOW).actions == (Claim(joined, known),)


def test_a_spot_interruption_joins_a_scale_in_and_shortens_its_deadline() -> None:
    known = a_scale_in()
    joined = next_revision(replace(known, reason=Reason.SPOT_INTERRUPTION, deadline=after(2), goes_at=after(2)))

    assert plan_start(a_draining_view(known), a_spot_trigger(), NOW).actions == (Claim(joined, known),)


SOON_RETIRED = a_retirement_trigger(deadline=after(10), goes_at=after(45), forced=True)


@pytest.mark.parametrize("goes_at", [after(90), after(45), after(-5)])
def test_a_scale_in_and_a_retirement_together_have_the_time_of_the_scale_in(goes_at: datetime) -> None:
    """They had `VoluntaryDeadlineMinutes`, or up to the date, and `ScaleInOutcome=force` stopped tasks then."""
    retired = replace(SOON_RETIRED, goes_at=goes_at)
    known = a_voluntary(forced=True, deadline=after(10), goes_at=goes_at)

    assert plan_start(a_draining_view(a_scale_in()), retired, NOW).actions == ()
    assert claimed_by(plan_start(a_draining_view(known), a_hook_trigger(), NOW)).deadline == after(60)
    assert strongest((retired, a_hook_trigger())).deadline == after(60)


def test_a_spot_interruption_makes_a_voluntary_drain_forced() -> None:
    known = a_voluntary()
    joined = next_revision(
        replace(known, forced=True, reason=Reason.SPOT_INTERRUPTION, deadline=after(2), goes_at=after(2))
    )

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

    claimed = a_disruption(phase=Phase.CLAIMED, begun_at=NOW, revision=2)
    assert plan.actions[:2] == (Claim(claimed, known), StartDraining(CLUSTER, ARN))


def test_a_later_hold_of_our_hook_takes_the_place_of_the_one_before() -> None:
    known = a_scale_in(reason=Reason.ROOT_VOLUME)
    later = a_terminating(token="another", at=after(2))  # noqa: S106 - names a lifecycle action

    joined = claimed_by(plan_start(a_draining_view(known), a_hook_trigger(hook=later), after(2)))

    assert joined.hook is not None
    assert (joined.hook.token, joined.hook.held_since, joined.hook.waits_since) == ("another", after(2), after(2))
    assert joined.reason is Reason.LIFECYCLE_HOOK


@pytest.mark.parametrize(
    "known",
    [
        a_scale_in(),
        a_scale_in(phase=Phase.ESCALATED),
        a_scale_in(phase=Phase.FORCING),
        a_scale_in(reason=Reason.ROOT_VOLUME, phase=Phase.FORCED, deadline=after(70)),
        a_voluntary(phase=Phase.ESCALATED),
        a_voluntary(forced=True, phase=Phase.ESCALATED),
    ],
)
def test_another_hold_has_a_deadline_of_its_own(known: Disruption) -> None:
    """As out of the warm pool, or after a page for a scheduled change; its heartbeats and its outcome begin anew."""
    later = a_terminating(token="another", at=after(80))  # noqa: S106 - names a lifecycle action
    trigger = a_hook_trigger(hook=later, at=after(80), deadline=after(140))

    joined = claimed_by(plan_start(a_draining_view(known), trigger, after(80)))

    assert (joined.deadline, joined.phase) == (after(140), Phase.DRAINING)


def test_a_sweep_that_finds_the_end_of_a_wait_for_a_root_volume_has_found_another_hold() -> None:
    found = a_hook_trigger(hook=a_terminating(token=None, at=after(80)), at=after(80), deadline=after(140))

    joined = claimed_by(plan_start(a_draining_view(a_scale_in(reason=Reason.ROOT_VOLUME)), found, after(80)))

    assert (joined.reason, joined.hook and joined.hook.token) == (Reason.LIFECYCLE_HOOK, None)
    assert plan_start(a_draining_view(joined), found, after(81)).actions == ()


@pytest.mark.parametrize(("at", "perhaps"), [(14, False), (16, True)])
def test_another_hold_says_whether_the_one_before_had_timed_out(at: int, perhaps: bool) -> None:  # noqa: FBT001
    later = a_terminating(token="another", at=after(at))  # noqa: S106 - names a lifecycle action

    joined = claimed_by(plan_start(a_draining_view(a_scale_in()), a_hook_trigger(hook=later), after(at)))

    assert (joined.maybe_cut_off_at == after(at)) is perhaps


def test_a_hold_that_is_told_late_does_not_take_the_place_of_a_later_one() -> None:
    known = a_scale_in(hook=a_hook(held_since=after(2)))
    earlier = a_hook_trigger(hook=a_terminating(token="void"))  # noqa: S106 - names a lifecycle action

    assert plan_start(a_draining_view(known), earlier, after(3)).actions == ()


@pytest.mark.parametrize(
    ("known", "trigger"),
    [
        (a_waiting(), a_rebalance_trigger()),
        (a_waiting(), a_retirement_trigger()),
        (a_voluntary(), a_rebalance_trigger()),
        (a_disruption(), a_retirement_trigger()),
        (a_disruption(), a_stopping_trigger()),
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

    wanted = next_revision(replace(known, reason=Reason.SCHEDULED_CHANGE, goes_at=NOW + timedelta(days=10), **changes))
    assert plan.actions == (Claim(wanted, known),)


def test_a_later_date_is_an_old_event() -> None:
    trigger = a_retirement_trigger(goes_at=NOW + timedelta(days=12))

    assert plan_start(a_view(a_waiting()), trigger, NOW).actions == ()


def test_an_instance_that_stops_while_it_waits_for_its_turn_is_drained() -> None:
    plan = plan_start(a_view(a_waiting()), a_stopping_trigger(), NOW)

    assert (claimed_by(plan).reason, claimed_by(plan).forced) == (Reason.INSTANCE_STOPPING, True)


# After a rollback

ROLLED_BACK = a_voluntary(
    reason=Reason.REBALANCE_RECOMMENDATION, phase=Phase.ROLLED_BACK, deadline=None, goes_at=None, retry_at=after(60)
)


def test_after_a_rollback_a_recommendation_is_not_followed_for_a_while() -> None:
    assert plan_start(a_judged_view(ROLLED_BACK, cluster=drains()), a_rebalance_trigger(), NOW).actions == ()


def test_after_a_rollback_a_forced_trigger_begins_anew() -> None:
    plan = plan_start(a_view(ROLLED_BACK), a_spot_trigger(), NOW)

    assert plan.actions[0] == Claim(a_disruption(phase=Phase.CLAIMED, begun_at=NOW, revision=3), ROLLED_BACK)


def test_after_a_rollback_a_retirement_waits_for_its_turn() -> None:
    plan = plan_start(a_view(ROLLED_BACK), a_retirement_trigger(), NOW)

    assert acts(plan) == (Claim(a_waiting(group=None, retry_at=after(60), revision=3), ROLLED_BACK),)
    assert codes(plan) == ["DrainWaits"]


CHANGE = "arn:aws:health:us-east-1::event/EC2/AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED/1"


@pytest.mark.parametrize("days", [5, 20])
def test_a_moved_date_of_the_same_change_takes_the_place_of_its_own(days: int) -> None:
    known = a_waiting(change=CHANGE, announced_at=after(-60))
    date = NOW + timedelta(days=days)

    plan = plan_start(a_view(known), a_retirement_trigger(change=CHANGE, goes_at=date), NOW)

    assert claimed_by(plan) == next_revision(replace(known, goes_at=date, announced_at=NOW))


def test_a_date_that_was_said_before_the_known_one_comes_too_late() -> None:
    known = a_waiting(change=CHANGE, announced_at=NOW)
    old = a_retirement_trigger(change=CHANGE, at=after(-60), goes_at=NOW + timedelta(days=5))

    assert plan_start(a_view(known), old, NOW).actions == ()


def test_a_later_date_of_another_change_does_not_move_the_known_one() -> None:
    known = a_waiting(change=CHANGE, announced_at=after(-60))
    other = a_retirement_trigger(change="another", goes_at=NOW + timedelta(days=50))

    assert plan_start(a_view(known), other, NOW).actions == ()
