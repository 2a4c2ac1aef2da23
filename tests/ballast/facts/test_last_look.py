"""What was seen of an instance's tasks before, or when, it went."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.facts.last_look import cut_off, cut_short, is_unlisted, seen_empty, wants_last_look
from ballast.facts.task import Task
from ballast.facts.view import InstanceStatus
from ballast.records.disruption import Disruption, Phase
from tests.builders import (
    INSTANCE_ID,
    NOW,
    a_daemon,
    a_disruption,
    a_draining_instance,
    a_draining_view,
    a_membership,
    a_scale_in,
    a_task,
    after,
)

WITH_HOST = f"Host EC2 (instance {INSTANCE_ID}) terminated."
ENDED = a_task("ended", last_status="STOPPED", stopped_reason=WITH_HOST)
MOVED = a_task("moved", last_status="STOPPED", desired_status="STOPPED", stop_code="ServiceSchedulerInitiated")


@pytest.mark.parametrize(
    ("state", "tasks", "empty"),
    [
        ("running", (MOVED, a_daemon()), True),
        (None, (), True),
        ("running", None, False),  # nobody looked
        ("running", (MOVED, ENDED), False),  # EC2 is slow to say what ECS has heard
        ("running", (a_task(last_status="STOPPING"),), False),
        ("shutting-down", (), False),
        ("stopped", (), False),
        ("terminated", (MOVED,), False),
    ],
)
def test_empty_is_what_was_seen_so_while_ec2_had_it_running(
    state: str | None,
    tasks: tuple[Task, ...] | None,
    empty: bool,  # noqa: FBT001
) -> None:
    assert seen_empty(a_draining_view(tasks=tasks, ec2_state=state)) is empty


@pytest.mark.parametrize("state", ["Terminating:Proceed", "ReplacingRootVolume:Proceed", "Warmed:Terminating:Proceed"])
def test_nothing_is_seen_empty_once_its_group_has_gone_on(state: str) -> None:
    view = a_draining_view(tasks=(MOVED,), ec2_state="running", membership=a_membership(lifecycle_state=state))

    assert not seen_empty(view)


STOPPING = a_task("stopping", last_status="STOPPING", desired_status="STOPPED")
CUT_SHORT = a_task("short", last_status="STOPPED", stopped_reason=WITH_HOST, stop_code="ServiceSchedulerInitiated")


@pytest.mark.parametrize(
    ("tasks", "gone", "cut"),
    [
        ((ENDED, MOVED, a_daemon(last_status="STOPPED", stopped_reason=WITH_HOST)), False, [ENDED]),
        ((a_task(),), False, []),
        ((a_task(), STOPPING, CUT_SHORT, a_daemon()), True, [a_task()]),  # the others had been told to stop
    ],
)
def test_a_task_is_cut_off_where_it_ended_with_its_host_untold(
    tasks: tuple[Task, ...],
    gone: bool,  # noqa: FBT001
    cut: list[Task],
) -> None:
    assert list(cut_off(a_draining_view(tasks=tasks), gone=gone)) == cut


def test_what_was_stopping_by_then_is_another_matter() -> None:
    view = a_draining_view(tasks=(a_task(), STOPPING, CUT_SHORT, MOVED))

    assert cut_short(view, gone=True) == (CUT_SHORT, STOPPING)
    assert cut_short(view) == (CUT_SHORT,)
    assert not seen_empty(a_draining_view(tasks=(CUT_SHORT,), ec2_state="running"))


def test_without_an_agent_nobody_hears_that_he_is_to_stop() -> None:
    view = a_draining_view(instance=a_draining_instance(agent_connected=False), tasks=(STOPPING,))

    assert cut_off(view, gone=True) == (STOPPING,)


@pytest.mark.parametrize(
    ("known", "state", "wanted"),
    [
        (a_disruption(), "terminated", True),
        (a_disruption(), "shutting-down", True),
        (a_disruption(), "running", False),
        (a_disruption(), None, False),
        (a_disruption(emptied_at=NOW), "terminated", False),
        (a_disruption(phase=Phase.WAITING), "terminated", False),
        (None, "terminated", False),
    ],
)
def test_a_last_look_is_taken_at_what_goes_and_was_not_seen_empty(
    known: Disruption | None,
    state: str | None,
    wanted: bool,  # noqa: FBT001
) -> None:
    assert wants_last_look(a_draining_view(known, ec2_state=state)) is wanted


BEGUN = a_disruption(begun_at=NOW, tasks_at_start=3)
SINCE = a_task("since", last_status="STOPPED", changed_at=after(0.5))
BEFORE = a_task("before", last_status="STOPPED", changed_at=after(-10))


@pytest.mark.parametrize(
    ("known", "tasks", "unlisted"),
    [
        (BEGUN, (a_daemon(), SINCE, BEFORE), True),  # the third was placed just before, and no list has it yet
        (BEGUN, (a_daemon(), SINCE, a_task("late", last_status="STOPPED", changed_at=NOW)), False),
        (BEGUN, (a_daemon(), SINCE, a_task("undated", last_status="STOPPED")), False),
        (BEGUN, (a_daemon(), SINCE, a_task("late"), BEFORE), False),
        (BEGUN, None, False),  # nobody looked
        (a_disruption(begun_at=NOW, tasks_at_start=None), (), False),
        (a_disruption(begun_at=None, tasks_at_start=3), (), False),  # of an older version
    ],
)
def test_while_fewer_tasks_are_listed_than_were_counted_some_are_not_listed_yet(
    known: Disruption,
    tasks: tuple[Task, ...] | None,
    unlisted: bool,  # noqa: FBT001
) -> None:
    assert is_unlisted(a_draining_view(known, tasks=tasks), after(1)) is unlisted


def test_what_is_not_listed_after_five_minutes_or_at_the_deadline_is_not_there() -> None:
    known = a_disruption(begun_at=NOW, tasks_at_start=3, deadline=after(60))
    view = a_draining_view(known, tasks=())

    assert is_unlisted(view, after(4.9))
    assert not is_unlisted(view, after(5))
    assert is_unlisted(
        a_draining_view(a_scale_in(begun_at=NOW, tasks_at_start=3, deadline=after(2)), tasks=()), after(1.9)
    )
    assert not is_unlisted(
        a_draining_view(a_scale_in(begun_at=NOW, tasks_at_start=3, deadline=after(2)), tasks=()), after(2)
    )


def test_where_ecs_says_that_nothing_runs_nothing_is_waited_for() -> None:
    gone = replace(a_draining_instance(), status=InstanceStatus.INACTIVE)

    assert not is_unlisted(a_draining_view(BEGUN, instance=gone, tasks=()), after(1))
