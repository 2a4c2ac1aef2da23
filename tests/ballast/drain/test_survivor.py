"""Who was to go and did not: it serves again, unless somebody else drains it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from ballast.drain.progress import plan_progress
from ballast.drain.start import join
from ballast.plans.actions import Claim, Reactivate, Record, SetScaleInProtection, Tell
from ballast.plans.plan import next_revision
from ballast.policy.policy import Outcome
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.words.notice import Severity
from tests.builders import (
    CLUSTER,
    GROUP,
    INSTANCE_ID,
    NOW,
    a_cluster,
    a_container_instance,
    a_disruption,
    a_draining_instance,
    a_draining_view,
    a_hook,
    a_membership,
    a_policy,
    a_scale_in,
    a_spot_trigger,
    a_task,
    acts,
    after,
    closes,
    codes,
)

ARN = a_container_instance().arn
GROUP_TAKES = [("Terminating:Wait", Reason.LIFECYCLE_HOOK), ("ReplacingRootVolume:Wait", Reason.ROOT_VOLUME)]
STOPPED = a_disruption(phase=Phase.DRAINED, stopped_since=NOW)


def test_a_survivor_is_set_active_again_ten_minutes_after_its_announced_end() -> None:
    known = a_disruption()
    view = a_draining_view(known, ec2_state="running", membership=a_membership())

    assert acts(plan_progress(view, after(12))) == ()
    plan = plan_progress(view, after(13))
    assert acts(plan) == closes(known, Reactivate(CLUSTER, ARN))
    assert codes(plan) == ["InstanceSurvived"]


@pytest.mark.parametrize("outcome", [Outcome.FORCE, Outcome.ESCALATE])
@pytest.mark.parametrize(("state", "reason"), GROUP_TAKES)
def test_a_false_spot_warning_does_not_end_a_drain_that_the_hook_holds_before_its_deadline(
    outcome: Outcome, state: str, reason: Reason
) -> None:
    """Its tasks were stopped ten minutes after the announced end, although the scale-in had 60."""
    known = a_scale_in(reason=Reason.SPOT_INTERRUPTION, deadline=after(2), goes_at=after(2))
    view = a_draining_view(
        known,
        cluster=a_cluster(a_policy(scale_in_outcome=outcome)),
        ec2_state="running",
        membership=a_membership(lifecycle_state=state),
        tasks=(a_task(),),
    )

    (record,) = plan_progress(view, after(13)).actions
    assert isinstance(record, Record)
    goes_on = replace(known, reason=reason, deadline=after(60), goes_at=None)
    assert record.after == next_revision(goes_on)
    assert codes(plan_progress(view, after(61))) == ["DrainForced" if outcome is Outcome.FORCE else "DrainStuck"]


@pytest.mark.parametrize(("phase", "deadline"), [(Phase.DRAINED, None), (Phase.DRAINING, after(13 + 60))])
def test_a_survivor_that_was_being_updated_is_left_to_its_update(phase: Phase, deadline: datetime | None) -> None:
    """0.1.0 set it ACTIVE although nobody had asked which version it runs. Nothing forces it any more."""
    known = a_disruption(phase=phase, update_waits_since=NOW)

    plan = plan_progress(a_draining_view(known, ec2_state="running", membership=a_membership()), after(13))

    (record,) = acts(plan)
    assert isinstance(record, Record)  # after the notice: a function that dies between the two tells it again
    back = record.after
    assert isinstance(back, Disruption)
    assert (back.reason, back.phase, back.deadline) == (Reason.BOTTLEROCKET_UPDATE, phase, deadline)
    assert (back.forced, back.resumed_at) == (False, after(13))
    assert codes(plan) == ["InstanceSurvived"]


def test_a_spot_warning_for_an_instance_that_is_updated_remembers_the_update() -> None:
    known = a_disruption(reason=Reason.BOTTLEROCKET_UPDATE, forced=False, deadline=after(15))
    view = a_draining_view(known)

    [claim] = [a for a in join(view, known, a_spot_trigger(), NOW).actions if isinstance(a, Claim)]

    assert claim.after.update_waits_since == NOW
    assert claim.after.reason is Reason.SPOT_INTERRUPTION


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
        (a_scale_in(hook=a_hook(completed=True)), "running", a_membership(lifecycle_state="Terminating:Proceed")),
    ],
)
def test_an_instance_that_goes_after_all_is_no_survivor(known: Disruption, state: str | None, member: object) -> None:
    plan = plan_progress(a_draining_view(known, ec2_state=state, membership=member), after(13))

    assert "InstanceSurvived" not in codes(plan)


def test_a_stopped_instance_outside_any_group_is_told_once_and_stays_ours() -> None:
    known = a_disruption()
    stopped = a_draining_view(known, ec2_state="stopped", in_no_group=True)

    plan = plan_progress(stopped, NOW)

    assert acts(plan) == (Record(known, next_revision(replace(known, phase=Phase.DRAINED, stopped_since=NOW))),)
    assert codes(plan) == ["InstanceStopped"]
    assert plan_progress(replace(stopped, disruption=STOPPED), after(600)).actions == ()


@pytest.mark.parametrize(
    ("state", "severity"),
    [
        ("Warmed:Hibernated", Severity.INFO),
        ("Warmed:Pending:Proceed", Severity.INFO),
        ("Standby", Severity.TICKET),
    ],
)
def test_so_is_one_whose_group_keeps_it_stopped(state: str, severity: Severity) -> None:
    """Out of the warm pool it stayed DRAINING until ten minutes after its stop."""
    known = a_disruption(reason=Reason.INSTANCE_STOPPING)
    view = a_draining_view(known, ec2_state="stopped", membership=a_membership(lifecycle_state=state))

    plan = plan_progress(view, NOW)

    assert acts(plan) == (Record(known, next_revision(replace(known, phase=Phase.DRAINED, stopped_since=NOW))),)
    assert [a.notice.severity for a in plan.actions if isinstance(a, Tell)] == [severity]


@pytest.mark.parametrize("state", ["InService", "Terminating:Wait", "Warmed:Terminating:Wait"])
def test_what_its_group_takes_is_not_waited_for_although_it_is_stopped(state: str) -> None:
    known = a_disruption(reason=Reason.INSTANCE_STOPPING)
    view = a_draining_view(known, ec2_state="stopped", membership=a_membership(lifecycle_state=state))

    assert codes(plan_progress(view, NOW)) == []


def test_one_that_is_started_again_is_active_again() -> None:
    plan = plan_progress(a_draining_view(STOPPED, ec2_state="running"), after(1))

    assert acts(plan) == closes(STOPPED, Reactivate(CLUSTER, ARN))
    assert codes(plan) == ["InstanceSurvived"]


def test_not_before_its_agent_is_back() -> None:
    view = a_draining_view(STOPPED, ec2_state="running", instance=a_draining_instance(agent_connected=False))

    assert plan_progress(view, after(1)).actions == ()


@pytest.mark.parametrize("reason", [Reason.ROOT_VOLUME, Reason.LIFECYCLE_HOOK])
@pytest.mark.parametrize("completed", [True, False])
def test_one_that_its_group_has_in_service_again_is_active_again(reason: Reason, *, completed: bool) -> None:
    known = a_scale_in(reason=reason, phase=Phase.DRAINED, hook=a_hook(completed=completed))
    view = a_draining_view(known, ec2_state="running", membership=a_membership())

    assert acts(plan_progress(view, after(5))) == closes(known, Reactivate(CLUSTER, ARN))


@pytest.mark.parametrize(
    "state", ["ReplacingRootVolume:Proceed", "RootVolumeReplaced", "Pending:Wait", "Warmed:Stopped"]
)
def test_until_then_it_waits(state: str) -> None:
    known = a_scale_in(reason=Reason.ROOT_VOLUME, phase=Phase.DRAINED, hook=a_hook(completed=True))
    view = a_draining_view(known, ec2_state="running", membership=a_membership(lifecycle_state=state))

    assert plan_progress(view, after(5)).actions == ()


@pytest.mark.parametrize(("minutes", "gone_on"), [(9, False), (10, True)])
def test_one_that_was_detached_after_its_root_volume_was_replaced_serves_again(
    minutes: float, *, gone_on: bool
) -> None:
    """No group has it in service any more, and none terminates it."""
    hook = a_hook(held_since=NOW, completed=True)
    known = a_disruption(reason=Reason.ROOT_VOLUME, phase=Phase.DRAINED, goes_at=None, deadline=None, hook=hook)
    view = a_draining_view(known, ec2_state="running", membership=None, in_no_group=True)

    reactivated = [a for a in plan_progress(view, after(minutes)).actions if isinstance(a, Reactivate)]

    assert bool(reactivated) is gone_on
