"""The next step of a drain that runs, from what is true now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.draining.progressing import heartbeat_is_due, plan_progress
from ballast.draining.view import View, step
from ballast.model import Disruption, InstanceStatus, Phase, Reason
from ballast.plan import (
    ORDER,
    Action,
    Claim,
    ContinueTermination,
    DeregisterContainerInstance,
    Reactivate,
    Record,
    SendHeartbeat,
    SetScaleInProtection,
    StartDraining,
    StopTask,
    TerminateInstance,
)
from ballast.policy import Outcome, StandaloneTasks
from tests.builders import (
    CLUSTER,
    GROUP,
    INSTANCE_ID,
    NOW,
    a_cluster,
    a_container_instance,
    a_daemon,
    a_disruption,
    a_draining_instance,
    a_draining_view,
    a_hook,
    a_judged_view,
    a_membership,
    a_policy,
    a_scale_in,
    a_standalone_task,
    a_task,
    a_view,
    a_voluntary,
    a_waiting,
    acts,
    after,
    codes,
    minutes,
)
from tests.strategies import disruptions, views

ARN = a_container_instance().arn
RELEASE = ContinueTermination(GROUP, "ballast-drain", INSTANCE_ID, "token")
DEACTIVATING = a_task(last_status="DEACTIVATING")
STOPPED = a_task(last_status="STOPPED")
EMPTY = a_draining_instance(running_tasks=0)


def closes(known: Disruption, *actions: Action) -> tuple[Action, ...]:
    """Fenced by a claim, so that nothing is done or said if another function has taken it further."""
    held = step(known)
    return (Claim(held, known), *actions, Record(held, None))


def test_without_a_disruption_nothing_is_done() -> None:
    assert plan_progress(a_view(), NOW).actions == ()


# Empty?


def test_counts_of_zero_do_not_release_the_hook_while_a_task_is_deactivating() -> None:
    view = a_draining_view(a_scale_in(), instance=EMPTY, tasks=(DEACTIVATING, STOPPED))

    assert plan_progress(view, NOW).actions == ()


def test_counts_of_zero_do_not_release_the_hook_before_the_tasks_are_listed() -> None:
    view = a_draining_view(a_scale_in(), instance=EMPTY)

    assert plan_progress(view, NOW).actions == ()


def test_the_hook_is_released_once_every_task_has_stopped() -> None:
    known = a_scale_in()

    plan = plan_progress(a_draining_view(known, tasks=(STOPPED,)), NOW)

    empty = step(known, phase=Phase.DRAINED)
    assert acts(plan) == (Claim(empty, known), RELEASE, Record(empty, step(empty, hook=a_hook(completed=True))))
    assert codes(plan) == ["DrainFinished"]


def test_daemons_do_not_hold_an_instance() -> None:
    plan = plan_progress(a_draining_view(a_scale_in(), tasks=(STOPPED, a_daemon())), NOW)

    assert RELEASE in plan.actions


@pytest.mark.parametrize("task", [a_task(last_status="PENDING"), DEACTIVATING, a_standalone_task()])
def test_any_other_task_holds_it(task: object) -> None:
    assert RELEASE not in plan_progress(a_draining_view(a_scale_in(), tasks=(task,)), NOW).actions


@pytest.mark.parametrize("status", [InstanceStatus.INACTIVE, InstanceStatus.REGISTRATION_FAILED])
def test_where_nothing_can_run_nothing_has_to_be_listed(status: InstanceStatus) -> None:
    view = a_view(a_scale_in(), instance=a_container_instance(status=status))

    assert RELEASE in plan_progress(view, NOW).actions


def test_a_spot_instance_is_judged_by_counts_since_nothing_waits_for_it() -> None:
    known = a_disruption()

    plan = plan_progress(a_draining_view(known, instance=EMPTY), NOW)

    assert acts(plan) == (Record(known, step(known, phase=Phase.DRAINED)),)
    assert codes(plan) == ["DrainFinished"]


def test_a_spot_instance_with_tasks_is_left_to_ecs_even_past_its_end() -> None:
    assert plan_progress(a_draining_view(a_disruption()), after(5)).actions == ()


def test_a_spot_instance_that_our_hook_holds_is_judged_by_its_tasks() -> None:
    known = a_disruption(hook=a_hook(), group=GROUP)

    assert plan_progress(a_draining_view(known, instance=EMPTY, tasks=(DEACTIVATING,)), NOW).actions == ()
    assert RELEASE in plan_progress(a_draining_view(known, instance=EMPTY, tasks=(STOPPED,)), NOW).actions


def test_an_empty_instance_waits_for_ec2() -> None:
    assert plan_progress(a_draining_view(a_disruption(phase=Phase.DRAINED)), NOW).actions == ()


@pytest.mark.parametrize("state", ["shutting-down", "stopping"])
def test_while_ec2_takes_an_instance_its_hook_is_left_alone(state: str) -> None:
    assert plan_progress(a_draining_view(a_scale_in(), tasks=(), ec2_state=state), NOW).actions == ()


def test_nothing_runs_on_an_instance_that_ec2_has_stopped() -> None:
    view = a_draining_view(a_scale_in(), tasks=(a_task(),), ec2_state="stopped", membership=a_membership())

    assert RELEASE in plan_progress(view, NOW).actions


# After a drain in good order


def test_an_instance_drained_for_a_retirement_is_replaced_by_its_group() -> None:
    known = a_voluntary()

    plan = plan_progress(a_draining_view(known, tasks=(), membership=a_membership()), NOW)

    done = step(known, phase=Phase.DRAINED, retry_at=after(10))
    assert acts(plan) == (TerminateInstance(GROUP, INSTANCE_ID), Record(known, done))
    assert codes(plan) == ["DrainFinished"]


def test_the_group_is_told_again_if_it_has_not_replaced_the_instance_in_ten_minutes() -> None:
    known = a_voluntary(phase=Phase.DRAINED, retry_at=after(10))
    view = a_draining_view(known, membership=a_membership())

    assert plan_progress(view, after(9)).actions == ()
    again = plan_progress(view, after(10))
    assert acts(again) == (TerminateInstance(GROUP, INSTANCE_ID), Record(known, step(known, retry_at=after(20))))
    assert codes(again) == []


def test_an_instance_outside_any_group_waits_for_a_human() -> None:
    known = a_voluntary(group=None)

    plan = plan_progress(a_draining_view(known, tasks=()), NOW)

    assert acts(plan) == (Record(known, step(known, phase=Phase.DRAINED)),)
    assert codes(plan) == ["DrainedOutsideGroup"]


def test_an_instance_that_its_group_already_terminates_is_only_recorded() -> None:
    known = a_voluntary()
    view = a_draining_view(known, tasks=(), membership=a_membership(lifecycle_state="Terminating"))

    assert acts(plan_progress(view, NOW)) == (Record(known, step(known, phase=Phase.DRAINED)),)


def test_what_somebody_else_drains_is_not_replaced() -> None:
    view = a_draining_view(a_voluntary(foreign=True), tasks=(), membership=a_membership())

    assert plan_progress(view, NOW).actions == ()


# Heartbeats


@pytest.mark.parametrize(
    ("timeout_s", "since_start_s", "due"),
    [
        (900, 0, False),
        (900, 329, False),
        (900, 330, True),  # half is 450 s, and one sweep may be lost
        (300, 29, False),
        (300, 30, True),
        (7200, 3479, False),
        (7200, 3480, True),
    ],
)
def test_a_heartbeat_is_due_before_half_of_the_timeout_is_gone(timeout_s: int, since_start_s: int, due: bool) -> None:  # noqa: FBT001
    known = a_scale_in(hook=a_hook(heartbeat_timeout_s=timeout_s), deadline=after(600))

    assert heartbeat_is_due(known, NOW + timedelta(seconds=since_start_s)) is due


@given(st.integers(300, 7200), st.integers(0, 7200))
def test_a_sweep_a_minute_of_which_one_is_lost_never_comes_too_late(timeout_s: int, since_s: int) -> None:
    """Whatever the timeout: if it was not due two minutes ago, half of the timeout is not gone now."""
    known = a_scale_in(hook=a_hook(heartbeat_timeout_s=timeout_s), deadline=None)
    now = NOW + timedelta(seconds=since_s)

    if not heartbeat_is_due(known, now - minutes(2)):
        assert now - NOW <= timedelta(seconds=timeout_s / 2)


@pytest.mark.parametrize(
    "known",
    [
        a_disruption(),  # no hook
        a_scale_in(hook=a_hook(completed=True)),
        a_scale_in(deadline=after(10)),  # past its deadline the hook is left to run out
    ],
)
def test_no_heartbeat_for_what_no_longer_needs_it(known: Disruption) -> None:
    assert not heartbeat_is_due(known, after(12))


def test_a_heartbeat_is_sent_and_remembered() -> None:
    known = a_scale_in()

    plan = plan_progress(a_draining_view(known), after(6))

    assert plan.actions == (
        SendHeartbeat(GROUP, "ballast-drain", INSTANCE_ID, "token"),
        Record(known, step(known, hook=a_hook(waits_since=after(6)))),
    )


def test_a_hook_that_joined_an_escalated_drain_gets_heartbeats_until_its_own_deadline() -> None:
    known = a_scale_in(phase=Phase.ESCALATED)

    assert any(isinstance(a, SendHeartbeat) for a in plan_progress(a_draining_view(known), after(6)).actions)
    assert plan_progress(a_draining_view(known), after(61)).actions == ()


def test_standalone_tasks_are_stopped_at_once_where_the_operator_says_so() -> None:
    cluster = a_cluster(a_policy(standalone_tasks=StandaloneTasks.STOP))
    task, going = a_standalone_task("b"), a_standalone_task("d", last_status="STOPPING")

    plan = plan_progress(a_draining_view(a_scale_in(), cluster=cluster, tasks=(task, going, a_task())), NOW)

    assert plan.actions == (StopTask(CLUSTER, task.arn, "Ballast: its instance is being drained"),)


def test_standalone_tasks_are_waited_for_by_default() -> None:
    assert plan_progress(a_draining_view(a_scale_in(), tasks=(a_standalone_task(),)), NOW).actions == ()


# A function died half-way


def test_a_claim_whose_function_died_is_taken_up_with_the_act() -> None:
    known = a_disruption(phase=Phase.CLAIMED)

    plan = plan_progress(a_view(known), NOW)

    assert acts(plan) == (StartDraining(CLUSTER, ARN), Record(known, step(known, phase=Phase.DRAINING)))
    assert codes(plan) == ["SpotInterruption"]


def test_a_claim_whose_function_died_after_the_act_is_only_recorded() -> None:
    known = a_disruption(phase=Phase.CLAIMED)

    plan = plan_progress(a_draining_view(known), NOW)

    assert acts(plan) == (Record(known, step(known, phase=Phase.DRAINING)),)
    assert codes(plan) == ["SpotInterruption"]


def test_a_claim_of_an_instance_that_cannot_run_anything_tells_nothing() -> None:
    known = a_disruption(phase=Phase.CLAIMED)
    view = a_view(known, instance=a_container_instance(status=InstanceStatus.DEREGISTERING))

    assert plan_progress(view, NOW).actions == (Record(known, step(known, phase=Phase.DRAINING)),)


def test_a_claim_waits_while_the_instance_registers() -> None:
    view = a_view(a_disruption(phase=Phase.CLAIMED), instance=a_container_instance(status=InstanceStatus.REGISTERING))

    assert plan_progress(view, NOW).actions == ()


def test_a_rollback_whose_function_died_is_taken_up() -> None:
    known = a_voluntary(phase=Phase.ROLLING_BACK, goes_at=None, unprotected=True)

    plan = plan_progress(a_draining_view(known), NOW)

    assert acts(plan)[:2] == (
        Reactivate(CLUSTER, ARN),
        SetScaleInProtection(GROUP, INSTANCE_ID, protected=True),
    )


def test_a_rollback_whose_function_died_after_the_act_is_only_recorded() -> None:
    known = a_voluntary(phase=Phase.ROLLING_BACK, goes_at=None)

    plan = plan_progress(a_view(known), NOW)

    rolled_back = step(known, phase=Phase.ROLLED_BACK, deadline=None, retry_at=after(60))
    assert acts(plan) == (Record(known, rolled_back),)
    assert codes(plan) == ["DrainRolledBack"]


def test_forcing_whose_function_died_is_taken_up_before_and_after_the_deadline() -> None:
    known = a_scale_in(phase=Phase.FORCING)
    view = a_draining_view(known, tasks=(a_task(),))

    for now in (NOW, after(90)):
        assert isinstance(plan_progress(view, now).actions[0], StopTask)
    assert plan_progress(a_draining_view(known), NOW).actions == ()  # its tasks have to be read first


# What people do


def test_a_forced_drain_that_somebody_cancelled_is_begun_again() -> None:
    assert plan_progress(a_view(a_scale_in()), NOW).actions == (StartDraining(CLUSTER, ARN),)


def test_a_voluntary_drain_yields_to_somebody_who_sets_the_instance_active() -> None:
    known = a_voluntary(unprotected=True)

    plan = plan_progress(a_view(known), NOW)

    assert acts(plan) == closes(known, SetScaleInProtection(GROUP, INSTANCE_ID, protected=True))
    assert codes(plan) == ["DrainCancelled"]


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

    assert acts(plan) == (RELEASE, Record(known, step(known, phase=Phase.DRAINED, hook=a_hook(completed=True))))


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

    assert plan.actions == (Record(a_waiting(), step(a_waiting(), retry_at=after(20))),)


def test_only_one_waiting_drain_begins_in_a_round() -> None:
    plan = plan_progress(a_judged_view(a_waiting()), after(10), may_begin=False)

    assert plan.actions == (Record(a_waiting(), step(a_waiting(), retry_at=after(10))),)


def test_a_retirement_that_is_near_is_drained_whatever_speaks_against_it() -> None:
    cluster = a_cluster(a_policy(opted_out="true"))
    known = a_waiting()
    day_before = NOW + timedelta(days=9)

    assert plan_progress(a_view(known, cluster=cluster), day_before - minutes(1)).actions == (
        Record(known, step(known, retry_at=day_before + minutes(9))),
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


# What holds for every situation


@given(views(disruptions()))
def test_what_somebody_else_drains_is_never_set_active(view: View) -> None:
    if view.disruption and view.disruption.foreign:
        assert not any(isinstance(a, Reactivate) for a in plan_progress(view, NOW).actions)


@given(views(disruptions()))
def test_no_hook_is_completed_before_the_instance_is_empty(view: View) -> None:
    for action in plan_progress(view, NOW).actions:
        if isinstance(action, ContinueTermination):
            assert view.instance is None or view.empty or view.ec2_state == "stopped"
            assert action.hook == "ballast-drain"


@given(views(disruptions()))
def test_a_protected_task_is_not_stopped_before_its_protection_ends(view: View) -> None:
    protected = {t.arn for t in view.tasks or () if t.protected_until and t.protected_until > NOW}
    for action in plan_progress(view, NOW).actions:
        if isinstance(action, StopTask):
            assert action.task_arn not in protected
            assert action.task_arn in {task.arn for task in view.left}


@given(views(disruptions()))
def test_only_a_voluntary_drain_or_a_survivor_returns_to_service(view: View) -> None:
    plan = plan_progress(view, NOW)
    known = view.disruption
    assert known is not None
    if any(isinstance(a, Reactivate) for a in plan.actions):
        assert not known.forced or codes(plan) == ["InstanceSurvived"]
        assert not view.leaves_its_group
        assert not view.terminated


@given(views(disruptions()))
def test_every_step_follows_the_one_that_the_ledger_holds(view: View) -> None:
    held = view.disruption
    for action in sorted(plan_progress(view, NOW).actions, key=lambda a: ORDER.index(type(a))):
        match action:
            case Claim(written, before):
                assert before == held
            case Record(before, written):
                assert before == held
            case _:
                continue
        if written is not None:
            assert held is not None
            assert written.revision == held.revision + 1
            assert written.forced >= held.forced
        held = written


def test_a_drain_that_is_neither_empty_nor_late_says_what_it_waits_for() -> None:
    assert plan_progress(a_draining_view(a_scale_in()), NOW).reason == "2 tasks are still counted on it"


def test_the_deadline_of_a_scale_in_asks_for_its_tasks_first() -> None:
    cluster = a_cluster(a_policy(scale_in_outcome=Outcome.FORCE))

    assert plan_progress(a_draining_view(a_scale_in(), cluster=cluster), after(60)).actions == ()
