"""When the tasks of a service may be moved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.rebalance.services import why_not_moved
from tests.ballast.rebalance.builders import ON, before, workload
from tests.builders import NOW


def why(policy: Any = ON, **changes: Any) -> str:
    stay = why_not_moved("web", workload("web", 4, **changes), policy, NOW)
    return f"{stay.why}: {stay.sentence}" if stay else ""


def test_a_service_in_peace_may_be_moved() -> None:
    assert why() == ""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"service": {"maximum_percent": 100}}, "the service can be moved nowhere: service web may run neither"),
        ({"service": {"desired": 1, "running": 1, "maximum_percent": 150}}, "the service can be moved nowhere"),
        ({"service": {"minimum_healthy_percent": 50}}, "a minimum of 50 %, so ECS may stop tasks first"),
        ({"busy": "a deployment is in progress"}, "the service is busy: service web: a deployment is in progress"),
        ({"service": {"placement_failure": "RESOURCE:MEMORY"}}, "ECS could not place a task of it (RESOURCE:MEMORY)"),
        ({"service": {"running": 3}}, "3 of 4 tasks run, 0 are pending"),
        ({"service": {"pending": 1}}, "4 of 4 tasks run, 1 is pending"),
        ({"service": {"running": 5}}, "5 tasks run, 4 should"),
        ({"settled_at": before(4)}, "spread over the zones a moment ago"),
        ({"settled_at": before(5)}, ""),
        ({"resized_at": before(0)}, ""),  # its counts agree again; the room of what left is kept for 30 minutes
        ({"tags": {"ballast:do-not-disrupt": "true"}}, "opted out: service web is opted out by ballast:do-not-disrupt"),
    ],
)
def test_what_keeps_a_service_where_it_is(changes: dict[str, Any], expected: str) -> None:
    found = why(**changes)

    assert expected in found
    assert bool(expected) == bool(found)


def test_an_operator_may_allow_that_tasks_stop_first() -> None:
    assert why(replace(ON, stop_before_start=True), service={"minimum_healthy_percent": 50}) == ""


def test_a_service_that_was_not_read_is_not_moved() -> None:
    stay = why_not_moved("web", None, ON, NOW)

    assert stay
    assert stay.sentence == "service web could not be read"
