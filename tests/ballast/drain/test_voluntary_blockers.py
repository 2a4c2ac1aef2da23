"""Why an instance is not empty yet, in words."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.drain.voluntary import blockers, cannot_move
from ballast.facts.task import Task
from tests.builders import NOW, a_daemon, a_judged_view, a_service, a_standalone_task, a_task, after


def why(*tasks: Task, **service: Any) -> tuple[str, ...]:
    return blockers(a_judged_view(tasks=tasks, services={"api": a_service(**service)}), NOW)


@pytest.mark.parametrize(
    ("task", "service", "line"),
    [
        (a_standalone_task("export-1"), {}, "standalone task export-1 (family:export): no service replaces it"),
        (
            a_task(protected_until=after(90)),
            {"maximum_percent": 100},
            "service:api: a task is protected until 2026-11-23 10:30 UTC",
        ),
        (a_task(protected_until=NOW), {}, "service:api: a task is RUNNING"),
        (
            a_task(),
            {"maximum_percent": 100},
            "service:api: it may run neither one task more nor one less, so ECS cannot move it",
        ),
        (
            a_task(),
            {"running": 1},
            "service:api: 1 of 2 tasks run; ECS finds no room for a replacement or it does not start",
        ),
        (
            a_task(),
            {"pending": 1},
            "service:api: 2 of 2 tasks run; ECS finds no room for a replacement or it does not start",
        ),
        (a_task(last_status="DEACTIVATING"), {}, "service:api: a task is DEACTIVATING"),
        (a_task(group="service:gone"), {"running": 0}, "service:gone: a task is RUNNING"),
    ],
)
def test_each_blocker_has_its_sentence(task: Task, service: dict[str, Any], line: str) -> None:
    assert why(task, **service) == (line,)


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
