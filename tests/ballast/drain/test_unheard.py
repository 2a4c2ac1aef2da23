"""One whose agent hears nothing goes once ECS has ordered each of its tasks to stop, and not before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.drain.progress import plan_progress
from ballast.drain.triggers import Need, needs
from ballast.drain.unheard import is_released
from ballast.facts.task import TaskKind
from ballast.facts.view import View
from ballast.plans.actions import Claim, ContinueTermination, TerminateInstance
from ballast.plans.capacity_actions import TerminateAndLower
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.repair import Signal
from tests.builders import (
    GROUP,
    INSTANCE_ID,
    NOW,
    a_container_instance,
    a_draining_instance,
    a_hook,
    a_membership,
    a_task,
    a_view,
    a_voluntary,
    after,
    codes,
)

ORDERED = (a_task("a", desired_status="STOPPED"), a_task("b", desired_status="STOPPED"))


def a_repair(**changes: Any) -> Disruption:
    return a_voluntary(**({"reason": Reason.REPAIR, "goes_at": None, "signal": Signal.AGENT_LOST} | changes))


def unheard(known: Disruption | None = None, **changes: Any) -> View:
    own: dict[str, Any] = {
        "instance": a_draining_instance(agent_connected=False), "tasks": ORDERED, "ec2_state": "running",
        "membership": a_membership(),
    }  # fmt: skip
    return a_view(known or a_repair(), **(own | changes))


def test_its_group_replaces_it_once_ecs_counts_on_none_of_its_tasks() -> None:
    plan = plan_progress(unheard(), NOW)

    assert TerminateInstance(GROUP, INSTANCE_ID) in plan.actions
    assert codes(plan) == ["UnheardReplaced"]


def test_where_another_was_launched_first_its_group_wants_one_less() -> None:
    plan = plan_progress(unheard(a_repair(raised_from=3, group_before=("i-1",))), NOW)

    assert TerminateAndLower(GROUP, INSTANCE_ID, 3, goes_anyway=True) in plan.actions
    assert getattr(plan.actions[-1], "after").group_before is None  # noqa: B009 - of a Record: nothing is taken back later


@pytest.mark.parametrize(
    "changes",
    [
        {"tasks": (*ORDERED, a_task("c"))},
        {"tasks": (*ORDERED, a_task("c", kind=TaskKind.UNREAD, desired_status="STOPPED"))},
        {"tasks": (a_task("c", kind=TaskKind.STANDALONE, desired_status="STOPPED"),)},
        {"tasks": None},
        {"instance": a_draining_instance()},
        {"instance": a_container_instance(agent_connected=False)},
        {"ec2_state": "absent"},
        {"others": (a_container_instance(cluster="edge"),)},
        {"others": (a_container_instance(cluster="edge", agent_connected=False, registered_at=after(1)),)},
        {"stranger": "theirs"},
    ],
    ids=["one is counted on", "one is unread", "no service replaces it", "not looked up", "its agent hears", "not DRAINING",
         "EC2 does not know it", "its agent serves another cluster",
         "it has moved and reboots", "a cluster of strangers has it"],
)  # fmt: skip
def test_otherwise_it_waits(changes: dict[str, Any]) -> None:
    assert not is_released(unheard(**changes), a_repair())


def test_while_a_task_is_not_listed_yet_it_may_be_counted_on() -> None:
    known = a_repair(begun_at=NOW, tasks_at_start=len(ORDERED) + 1)

    assert plan_progress(unheard(known), NOW).actions == ()
    assert plan_progress(unheard(replace(known, tasks_at_start=len(ORDERED))), NOW).actions


def test_a_drain_that_is_no_repair_waits_until_it_is_empty() -> None:
    assert not is_released(unheard(a_voluntary()), a_voluntary())


def test_its_hook_is_let_go_at_once() -> None:
    held = a_repair(reason=Reason.LIFECYCLE_HOOK, forced=True, hook=a_hook(), phase=Phase.DRAINED)
    plan = plan_progress(unheard(held, membership=a_membership(lifecycle_state="Terminating:Wait")), NOW)
    claim, release, record = plan.actions

    assert isinstance(claim, Claim)
    assert release == ContinueTermination(GROUP, "ballast-drain", INSTANCE_ID, "token")
    assert getattr(record, "after").hook.completed  # noqa: B009 - of a Record of a disruption


def test_its_tasks_are_looked_at_each_time_although_ecs_counts_some() -> None:
    view = replace(unheard(), tasks=None)

    assert Need.TASKS in needs(view, None, NOW)
    assert Need.TASKS not in needs(replace(view, disruption=a_voluntary()), None, NOW)


def test_where_its_group_takes_it_meanwhile_what_was_launched_is_looked_at_too() -> None:
    known = a_repair(reason=Reason.LIFECYCLE_HOOK, forced=True, hook=a_hook(), raised_from=3, group_before=("i-1",))

    assert Need.NEIGHBOURS in needs(unheard(known), None, NOW)


def test_it_is_not_asked_for_again_within_ten_minutes() -> None:
    told = a_repair(phase=Phase.DRAINING, retry_at=after(5))

    assert "counted" in plan_progress(unheard(told), NOW).reason
