"""When is an instance empty, and what follows then?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.drain.progress import plan_progress
from ballast.facts.view import ABSENT, InstanceStatus
from ballast.plans.actions import Claim, ContinueTermination, Record, SendHeartbeat, StartDraining, TerminateInstance
from ballast.plans.plan import next_revision
from ballast.records.disruption import Phase, Reason
from tests.builders import (
    GROUP,
    INSTANCE_ID,
    NOW,
    a_container_instance,
    a_daemon,
    a_disruption,
    a_draining_instance,
    a_draining_view,
    a_hook,
    a_membership,
    a_scale_in,
    a_standalone_task,
    a_task,
    a_view,
    a_voluntary,
    acts,
    after,
    codes,
)

RELEASE = ContinueTermination(GROUP, "ballast-drain", INSTANCE_ID, "token")
DEACTIVATING = a_task(last_status="DEACTIVATING")
STOPPED = a_task(last_status="STOPPED")
EMPTY = a_draining_instance(running_tasks=0)


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

    empty = next_revision(replace(known, phase=Phase.DRAINED, emptied_at=NOW))
    assert acts(plan) == (
        Claim(empty, known),
        RELEASE,
        Record(empty, next_revision(replace(empty, hook=a_hook(completed=True)))),
    )
    assert codes(plan) == ["DrainFinished"]


def test_the_hook_is_kept_and_beaten_while_ecs_lists_less_than_it_counted_at_the_start() -> None:
    known = a_scale_in(begun_at=NOW, tasks_at_start=2)
    behind = a_draining_view(known, instance=EMPTY, tasks=(STOPPED,))

    assert plan_progress(behind, after(0.5)).actions == ()
    assert RELEASE in plan_progress(replace(behind, tasks=(STOPPED, replace(STOPPED, arn="b"))), after(0.5)).actions
    assert RELEASE in plan_progress(behind, after(5)).actions
    due = a_scale_in(begun_at=after(4), tasks_at_start=2)
    assert any(isinstance(a, SendHeartbeat) for a in plan_progress(replace(behind, disruption=due), after(8)).actions)


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


def test_a_spot_instance_is_not_judged_by_counts_though_nothing_waits_for_it() -> None:
    known = a_disruption()

    assert plan_progress(a_draining_view(known, instance=EMPTY), NOW).actions == ()
    plan = plan_progress(a_draining_view(known, instance=EMPTY, tasks=(STOPPED,), ec2_state="running"), NOW)

    assert acts(plan) == (Record(known, next_revision(replace(known, phase=Phase.DRAINED, emptied_at=NOW))),)
    assert codes(plan) == ["DrainFinished"]


@pytest.mark.parametrize("state", ["stopped", "terminated"])
def test_what_a_list_shows_after_the_end_is_not_called_empty(state: str) -> None:
    known = a_scale_in()

    plan = plan_progress(a_draining_view(known, tasks=(STOPPED,), ec2_state=state, membership=a_membership()), NOW)

    assert "DrainFinished" not in codes(plan)


def test_tasks_that_ended_with_their_host_are_remembered_once() -> None:
    known = a_disruption()
    ended = a_task(last_status="STOPPED", stopped_reason=f"Host EC2 (instance {INSTANCE_ID}) terminated.")
    view = a_draining_view(known, tasks=(ended, STOPPED, a_daemon()), ec2_state="shutting-down")

    seen = next_revision(replace(known, cut_off=(ended.name,)))
    assert plan_progress(view, NOW).actions == (Record(known, seen),)
    assert plan_progress(replace(view, disruption=seen), NOW).actions == ()


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

    done = next_revision(replace(known, phase=Phase.DRAINED, emptied_at=NOW, retry_at=after(10)))
    assert acts(plan) == (TerminateInstance(GROUP, INSTANCE_ID), Record(known, done))
    assert codes(plan) == ["DrainFinished"]


def test_the_group_is_told_again_if_it_has_not_replaced_the_instance_in_ten_minutes() -> None:
    known = a_voluntary(phase=Phase.DRAINED, retry_at=after(10))
    view = a_draining_view(known, membership=a_membership())

    assert plan_progress(view, after(9)).actions == ()
    again = plan_progress(view, after(10))
    assert acts(again) == (
        TerminateInstance(GROUP, INSTANCE_ID),
        Record(known, next_revision(replace(known, retry_at=after(20)))),
    )
    assert codes(again) == []


def test_an_instance_outside_any_group_waits_for_a_human() -> None:
    known = a_voluntary(group=None)

    plan = plan_progress(a_draining_view(known, tasks=(), in_no_group=True), NOW)

    assert acts(plan) == (Record(known, next_revision(replace(known, phase=Phase.DRAINED, emptied_at=NOW))),)
    assert codes(plan) == ["DrainedOutsideGroup"]


def test_one_outside_any_group_whose_tasks_ended_with_it_is_not_told_to_be_empty_and_to_be_terminated() -> None:
    """Chaos seed 65080: its group was deleted with it a moment ago, and EC2 still told that it runs."""
    cut_off = a_task(
        "cut", last_status="STOPPED", desired_status="STOPPED", stopped_reason="Host EC2 (instance i-1) terminated."
    )

    plan = plan_progress(a_draining_view(a_voluntary(group=None), tasks=(cut_off,), in_no_group=True), NOW)

    assert codes(plan) == []


def test_an_instance_in_standby_waits_for_a_human_too() -> None:
    known = a_voluntary()

    plan = plan_progress(a_draining_view(known, tasks=(), membership=a_membership(lifecycle_state="Standby")), NOW)

    assert acts(plan) == (Record(known, next_revision(replace(known, phase=Phase.DRAINED, emptied_at=NOW))),)
    assert codes(plan) == ["DrainedOutsideGroup"]


def test_an_instance_whose_group_was_not_looked_up_is_not_outside_of_any() -> None:
    assert plan_progress(a_draining_view(a_voluntary(), tasks=()), NOW).actions == ()


def test_an_instance_that_its_group_already_terminates_is_only_recorded() -> None:
    known = a_voluntary()
    view = a_draining_view(known, tasks=(), membership=a_membership(lifecycle_state="Terminating"))

    assert acts(plan_progress(view, NOW)) == (
        Record(known, next_revision(replace(known, phase=Phase.DRAINED, emptied_at=NOW))),
    )


def test_what_somebody_else_drains_is_not_replaced() -> None:
    view = a_draining_view(a_voluntary(foreign=True), tasks=(), membership=a_membership())

    assert plan_progress(view, NOW).actions == ()


def test_what_others_drained_and_registered_anew_is_ours_from_then_on() -> None:
    known = a_disruption(foreign=True, phase=Phase.ESCALATED, reason=Reason.SCHEDULED_CHANGE)
    again = a_container_instance()

    plan = plan_progress(a_view(known, instance=again), NOW)

    ours = next_revision(replace(known, foreign=False))
    assert plan.actions == (Claim(ours, known), StartDraining(again.cluster, again.arn))


def test_an_empty_list_says_nothing_once_the_hook_may_have_timed_out() -> None:
    known = a_scale_in(phase=Phase.ESCALATED)
    view = a_draining_view(known, instance=EMPTY, tasks=(), ec2_state="running")

    assert codes(plan_progress(view, after(14))) == ["DrainFinished"]
    assert codes(plan_progress(view, after(14.7))) == []


def test_an_active_record_without_its_agent_holds_up_neither_the_hook_nor_its_heartbeats() -> None:
    away = a_container_instance(agent_connected=False, running_tasks=0)

    gone = plan_progress(a_view(a_scale_in(), instance=away, tasks=(), ec2_state="stopped"), after(2))
    stays = plan_progress(a_view(a_scale_in(), instance=away), after(6))

    assert RELEASE in gone.actions
    assert [type(action) for action in stays.actions] == [SendHeartbeat, Record]


@pytest.mark.parametrize("state", [None, ABSENT])
def test_nobody_is_paged_for_what_ec2_was_to_take_while_its_state_is_unknown(state: str | None) -> None:
    """A host that EC2 had stopped was called stuck, while DescribeInstances did not know it for some minutes."""
    known = a_disruption(absent_since=after(12) if state else None)
    view = a_draining_view(known, ec2_state=state, membership=a_membership(), tasks=(a_task(),))

    assert plan_progress(view, after(13)).actions == ()
    assert codes(plan_progress(replace(view, ec2_state="pending"), after(13))) == ["DrainStuck"]
