"""On which hosts tasks did not start, as ECS shows it within the hour; what is no fault of a host is not counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from ballast.aws import ecs_starts
from ballast.facts.health import FailedStarts
from tests.aws_stubs import Stubs
from tests.builders import NOW

PULL = "CannotPullContainerError: pull image manifest has been retried"


def a_stopped(number: int, host: str | None, *, one_family: bool = False, **changes: Any) -> dict[str, Any]:
    own = {
        "taskArn": f"t/{number}", "stopCode": "TaskFailedToStart", "stoppedReason": PULL, "createdAt": NOW,
        "taskDefinitionArn": f"td/api:{7 if number != 2 else 8}" if one_family else f"td/app-{number}:1",
        "stoppedAt": NOW + timedelta(minutes=number),
    }  # fmt: skip
    return own | ({"containerInstanceArn": host} if host else {}) | changes


def runs_there(aws: Stubs, host: str, started: datetime) -> None:
    aws.answers("ecs", "list_tasks", {"cluster": "prod", "containerInstance": host}, {"taskArns": ["t/9"]})
    asked = {"cluster": "prod", "tasks": ["t/9"], "include": ["TAGS"]}
    aws.answers("ecs", "describe_tasks", asked, {"tasks": [{"taskArn": "t/9", "startedAt": started}]})


def found(aws: Stubs, *tasks: dict[str, Any], started: datetime | None = None) -> dict[str, FailedStarts]:
    arns = [task["taskArn"] for task in tasks]
    aws.answers("ecs", "list_tasks", {"cluster": "prod", "desiredStatus": "STOPPED"}, {"taskArns": arns})
    asked = {"cluster": "prod", "tasks": arns, "include": ["TAGS"]}
    aws.answers("ecs", "describe_tasks", asked, {"tasks": tasks})
    if started:
        runs_there(aws, "ci/1", started)
    return ecs_starts.failed_starts("prod")


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_they_are_counted_by_host_with_its_share_of_all_and_since_when(aws: Stubs) -> None:
    tasks = [a_stopped(3, "ci/1"), a_stopped(1, "ci/1"), a_stopped(2, "ci/1"), a_stopped(4, "ci/2")]

    assert found(aws, *tasks, started=at(2)) == {
        "ci/1": FailedStarts(3, 0.75, at(1), at(3), PULL),
        "ci/2": FailedStarts(1, 0.25, at(4), at(4), PULL),
    }


def test_where_a_task_has_started_since_the_host_is_well(aws: Stubs) -> None:
    tasks = [a_stopped(number, "ci/1") for number in (1, 2, 3)]

    assert found(aws, *tasks, started=at(4)) == {}


def test_the_reason_may_be_that_of_a_container(aws: Stubs) -> None:
    of_container = a_stopped(1, "ci/1", stoppedReason="Task failed to start", containers=[{"reason": PULL}])

    assert found(aws, of_container)["ci/1"].why == PULL


def test_what_the_host_is_no_cause_of_is_not_counted(aws: Stubs) -> None:
    others = [
        a_stopped(1, "ci/1", stopCode="EssentialContainerExited"),
        a_stopped(2, "ci/1", stoppedReason="TaskFailedToStart: ATTRIBUTE"),
        a_stopped(3, None),
    ]

    assert found(aws, *others) == {}


def runs_elsewhere(aws: Stubs, definition: str, host: str) -> None:
    aws.answers("ecs", "list_tasks", {"cluster": "prod", "family": "api"}, {"taskArns": ["t/8"]})
    raw = {"taskArn": "t/8", "taskDefinitionArn": definition, "containerInstanceArn": host, "startedAt": NOW}
    asked = {"cluster": "prod", "tasks": ["t/8"], "include": ["TAGS"]}
    aws.answers("ecs", "describe_tasks", asked, {"tasks": [raw]})


@pytest.mark.parametrize(
    ("definition", "host", "its_fault"),
    [("td/api:7", "ci/2", True), ("td/api:6", "ci/2", False), ("td/api:7", "ci/1", False)],
    ids=["it runs elsewhere", "an older revision does", "it ran there before"],
)
def test_a_task_definition_that_starts_nowhere_is_not_the_hosts_fault(
    aws: Stubs, definition: str, host: str, *, its_fault: bool
) -> None:
    tasks = [a_stopped(number, "ci/1", one_family=True) for number in (1, 2, 3)]
    arns = [task["taskArn"] for task in tasks]
    aws.answers("ecs", "list_tasks", {"cluster": "prod", "desiredStatus": "STOPPED"}, {"taskArns": arns})
    asked = {"cluster": "prod", "tasks": arns, "include": ["TAGS"]}
    aws.answers("ecs", "describe_tasks", asked, {"tasks": tasks})
    runs_elsewhere(aws, definition, host)
    runs_there(aws, "ci/1", at(2))

    assert ecs_starts.failed_starts("prod")["ci/1"].elsewhere is its_fault
