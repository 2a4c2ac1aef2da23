"""What was seen of an instance's tasks before, or when, it went."""

from __future__ import annotations

import pytest

from ballast.facts.last_look import cut_off, cut_short, seen_empty, wants_last_look
from ballast.facts.task import Task
from ballast.records.disruption import Disruption, Phase
from tests.builders import (
    INSTANCE_ID,
    NOW,
    a_daemon,
    a_disruption,
    a_draining_instance,
    a_draining_view,
    a_membership,
    a_task,
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
