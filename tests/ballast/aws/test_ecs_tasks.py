"""Of many instances the tasks of the whole cluster are listed, where that takes fewer calls, by the same rule."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.aws import ecs_tasks
from tests.aws_stubs import Stubs

HOSTS = [f"arn:aws:ecs:eu-central-1:1:container-instance/prod/h{number}" for number in range(8)]


def lists(
    aws: Stubs, desired: str, arns: list[str], token: str | None = None, more: str | None = None, **where: str
) -> None:
    asked = {"cluster": "prod", "desiredStatus": desired, **where} | ({"nextToken": token} if token else {})
    aws.answers("ecs", "list_tasks", asked, {"taskArns": arns} | ({"nextToken": more} if more else {}))


def describes(aws: Stubs, where: dict[str, str | None]) -> None:
    """Tasks by ARN, with the container instance that each is on."""
    asked = {"cluster": "prod", "tasks": list(where), "include": ["TAGS"]}
    aws.answers("ecs", "describe_tasks", asked, {"tasks": [a_raw_task(arn, host) for arn, host in where.items()]})


def a_raw_task(arn: str, host: str | None) -> dict[str, Any]:
    raw = {"taskArn": arn, "group": "service:api", "startedBy": "ecs-svc/1", "lastStatus": "RUNNING"}
    return raw | ({"containerInstanceArn": host} if host else {})


def names(found: dict[str, Any]) -> dict[str, list[str]]:
    return {host.rpartition("/")[2]: [task.arn for task in tasks] for host, tasks in found.items() if tasks}


@pytest.mark.parametrize("host", [HOSTS[3], "arn:aws:ecs:eu-central-1:1:container-instance/h3"])
def test_of_many_instances_the_tasks_of_the_cluster_are_listed_of_both_statuses_and_all_pages(
    aws: Stubs, host: str
) -> None:
    lists(aws, "RUNNING", ["a", "b"], more="more")
    lists(aws, "RUNNING", ["c"], token="more")  # noqa: S106 - of a page
    lists(aws, "STOPPED", ["c", "d", "fargate"])
    describes(aws, {"a": HOSTS[0], "b": "elsewhere/h9", "c": HOSTS[0], "d": host, "fargate": None})

    found = ecs_tasks.tasks_by_instance("prod", HOSTS, ())

    assert found.keys() == set(HOSTS)
    assert names(found) == {"h0": ["a", "c"], "h3": ["d"]}


def test_where_the_cluster_has_too_many_tasks_each_instance_is_asked(aws: Stubs) -> None:
    for number in range(5):
        token = f"page {number}" if number else None
        lists(aws, "RUNNING", [f"t{number}"], token=token, more=f"page {number + 1}")
    for number, host in enumerate(HOSTS):
        lists(aws, "RUNNING", [f"r{number}"], containerInstance=host)
        lists(aws, "STOPPED", [], containerInstance=host)
    describes(aws, {f"r{number}": host for number, host in enumerate(HOSTS)})

    assert names(ecs_tasks.tasks_by_instance("prod", HOSTS, ())) == {f"h{n}": [f"r{n}"] for n in range(8)}


def test_where_a_task_is_not_described_each_instance_is_asked(aws: Stubs) -> None:
    """Nobody knows on which it is, so none could be called empty."""
    lists(aws, "RUNNING", ["a"])
    lists(aws, "STOPPED", ["missing"])
    asked = {"cluster": "prod", "tasks": ["a", "missing"], "include": ["TAGS"]}
    aws.answers("ecs", "describe_tasks", asked, {"tasks": [a_raw_task("a", HOSTS[0])]})
    for number, host in enumerate(HOSTS):
        lists(aws, "RUNNING", ["a"] if number == 0 else [], containerInstance=host)
        lists(aws, "STOPPED", [], containerInstance=host)
    describes(aws, {"a": HOSTS[0]})

    assert names(ecs_tasks.tasks_by_instance("prod", HOSTS, ())) == {"h0": ["a"]}


def test_a_few_instances_are_asked_one_by_one(aws: Stubs) -> None:
    for host in HOSTS[:7]:
        lists(aws, "RUNNING", [], containerInstance=host)
        lists(aws, "STOPPED", [], containerInstance=host)

    assert names(ecs_tasks.tasks_by_instance("prod", HOSTS[:7], ())) == {}
