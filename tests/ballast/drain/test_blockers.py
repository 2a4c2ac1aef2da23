"""Why an instance is not empty yet, in words."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.drain.blockers import Blocker, blockers
from ballast.drain.voluntary import cannot_move
from ballast.facts.task import Task
from tests.builders import (
    NOW,
    a_container_instance,
    a_daemon,
    a_judged_view,
    a_service,
    a_standalone_task,
    a_task,
    after,
)


def held(*tasks: Task, view: dict[str, Any] | None = None, **service: Any) -> tuple[Blocker, ...]:
    looked: dict[str, Any] = {"tasks": tasks, "services": {"api": a_service(**service)}} | (view or {})
    return blockers(a_judged_view(**looked), NOW)


def why(*tasks: Task, **service: Any) -> tuple[str, ...]:
    return tuple(blocker.why for blocker in held(*tasks, **service))


@pytest.mark.parametrize(
    ("task", "service", "line"),
    [
        (a_standalone_task("export-1"), {}, "standalone task export-1 (family:export): no service replaces it"),
        (
            a_task(protected_until=after(90)),
            {"maximum_percent": 100},
            "service:api: a task is protected until 2026-11-23 10:30 UTC",
        ),
        (a_task(protected_until=NOW), {}, "service:api: a task is RUNNING, and ECS has not told it to stop"),
        (
            a_task(),
            {"maximum_percent": 100},
            "service:api: it may run neither one task more nor one less, so ECS cannot move it",
        ),
        (
            a_task(),
            {"running": 1},
            "service:api: 1 of 2 tasks run",
        ),
        (
            a_task(),
            {"pending": 1},
            "service:api: 2 of 2 tasks run, 1 is starting",
        ),
        (
            a_task(last_status="DEACTIVATING", stopping_at=NOW),
            {"maximum_percent": 100},
            "service:api: a task is told to stop since 09:00:00 UTC and is DEACTIVATING: its target group's "  # noqa: ISC004
            "deregistration delay runs",
        ),
        (
            a_task(last_status="STOPPING", desired_status="STOPPED", protected_until=after(90)),
            {},
            "service:api: a task is told to stop and is STOPPING: its containers have until their stop timeout",
        ),
        (
            a_task(memory_mib=4096),
            {"maximum_percent": 100},
            "service:api: it needs 4,096 MiB of memory; the most that is free on one instance is 2,048 MiB of memory",
        ),
        (
            a_task(),
            {"placement_failure": "no container instance met all of its requirements"},
            "service:api: ECS could not place a replacement because no container instance met all of its requirements",
        ),
        (a_task(group="service:gone"), {"running": 0}, "service:gone: a task is RUNNING"),
    ],
)
def test_each_blocker_has_its_sentence(task: Task, service: dict[str, Any], line: str) -> None:
    assert why(task, **service) == (line,)


def test_without_an_agent_nothing_else_matters() -> None:
    lost = {"instance": a_container_instance(agent_connected=False)}

    [only] = held(a_task(protected_until=after(90)), a_standalone_task(), view=lost)

    assert only.why == "its ECS agent is disconnected, so none of its 2 tasks hears that it is to stop"
    assert only.remedy == "Bring the ECS agent back, or terminate the instance if its host is broken."


@pytest.mark.parametrize(
    ("task", "service", "remedy"),
    [
        (a_task(last_status="STOPPING"), {}, "Wait; a shorter stop timeout of service:api helps next time."),
        (a_task(protected_until=after(9)), {}, "Wait, or end the scale-in protection of the tasks of service:api."),
        (
            a_task(memory_mib=4096),
            {},
            "Add an instance with room for service:api, or let it run with one task less (minimumHealthyPercent).",
        ),
        (
            a_task(memory_mib=4096),
            {"maximum_percent": 100},
            "Add an instance with room for service:api and let it run one task more or one less, or stop its task.",
        ),
        (a_standalone_task(), {}, "Wait until the standalone task ends, or stop it."),
    ],
)
def test_each_has_a_next_step_that_is_possible(task: Task, service: dict[str, Any], remedy: str) -> None:
    assert [blocker.remedy for blocker in held(task, **service)] == [remedy]


def test_tasks_of_one_kind_make_one_line_and_the_order_is_stable() -> None:
    lines = why(a_task("z"), a_standalone_task("b"), a_task("a"))

    assert lines == why(a_standalone_task("b"), a_task("a"), a_task("z"))
    assert len(lines) == 2


def test_what_has_stopped_and_daemons_do_not_block() -> None:
    assert why(a_task(last_status="STOPPED"), a_daemon()) == ()


def test_tasks_that_were_not_read_are_not_named() -> None:
    assert blockers(a_judged_view(tasks=None), NOW) == ()


@pytest.mark.parametrize(
    ("desired", "minimum_healthy_percent", "moves"),
    [(1, 50, False), (2, 50, True), (3, 67, False), (3, 66, True), (100, 99, True), (50, 99, False)],
)
def test_the_least_that_may_run_is_rounded_up_to_whole_tasks(
    desired: int, minimum_healthy_percent: int, *, moves: bool
) -> None:
    service = a_service(
        desired=desired, minimum_healthy_percent=minimum_healthy_percent, maximum_percent=100, running=desired
    )

    assert cannot_move(service) is not moves
