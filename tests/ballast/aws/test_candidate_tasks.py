"""The tasks of some instances of a large cluster."""

from __future__ import annotations

from typing import Any

from ballast.aws.candidate_tasks import FEW, tasks_of_some
from ballast.facts.task import TaskKind
from tests.aws_stubs import Stubs

HOSTS = [f"arn:aws:ecs:eu-central-1:123456789012:container-instance/prod/{n}" for n in range(FEW + 1)]


def a_task(arn: str, host: str = HOSTS[0], status: str = "RUNNING", **how: Any) -> dict[str, Any]:
    own = {"taskArn": arn, "lastStatus": status, "group": "service:web", "containerInstanceArn": host}
    return {**own, **how}


def runs(aws: Stubs, *tasks: str, hosts: list[str] | None = None) -> None:
    """All of them on the first."""
    for number, host in enumerate(HOSTS if hosts is None else hosts):
        where = {"cluster": "prod", "containerInstance": host, "desiredStatus": "RUNNING"}
        aws.answers("ecs", "list_tasks", where, {"taskArns": [] if number else list(tasks)})


def stops(aws: Stubs, *tasks: str, **more: Any) -> None:
    aws.answers("ecs", "list_tasks", {"cluster": "prod", "desiredStatus": "STOPPED"}, {"taskArns": list(tasks), **more})


def describes(aws: Stubs, *tasks: dict[str, Any], asked: list[str] | None = None) -> None:
    arns = [each["taskArn"] for each in tasks] if asked is None else asked
    aws.answers(
        "ecs", "describe_tasks", {"cluster": "prod", "tasks": arns, "include": ["TAGS"]}, {"tasks": list(tasks)}
    )


def found(hosts: list[str] | None = None) -> dict[str, list[str]]:
    seen = tasks_of_some("prod", HOSTS if hosts is None else hosts, ["agent"])
    return {host: [task.arn for task in tasks] for host, tasks in seen.items() if tasks}


def test_what_is_told_to_stop_is_listed_once_for_all_and_told_of_its_instance(aws: Stubs) -> None:
    runs(aws, "t/1", "t/2")  # told to stop in between, so it is on both lists
    stops(aws, "t/2", "t/3", "t/4")
    describes(aws, a_task("t/2"), a_task("t/3", HOSTS[1], "STOPPED"), a_task("t/4", HOSTS[1] + "0"))
    describes(aws, a_task("t/1"))

    assert found() == {HOSTS[0]: ["t/1", "t/2"], HOSTS[1]: ["t/3"]}


def test_what_has_stopped_is_described_once_and_what_still_stops_each_time(aws: Stubs) -> None:
    for again in (False, True):
        runs(aws)
        stops(aws, "t/2", "t/3")
        describes(aws, a_task("t/2"), *([] if again else [a_task("t/3", status="STOPPED")]))

        assert sorted(found()[HOSTS[0]]) == ["t/2", "t/3"]


def test_where_more_are_told_to_stop_than_are_worth_listing_each_instance_is_asked(aws: Stubs) -> None:
    runs(aws, "t/1")
    stops(aws, "t/2", nextToken="more")
    aws.answers(
        "ecs", "list_tasks", {"cluster": "prod", "desiredStatus": "STOPPED", "nextToken": "more"}, {"taskArns": []}
    )
    stops_each(aws, HOSTS)
    describes(aws, a_task("t/1"), a_task("t/9"))

    assert found() == {HOSTS[0]: ["t/1", "t/9"]}


def stops_each(aws: Stubs, hosts: list[str]) -> None:
    for number, host in enumerate(hosts):
        where = {"cluster": "prod", "containerInstance": host, "desiredStatus": "STOPPED"}
        aws.answers("ecs", "list_tasks", where, {"taskArns": [] if number else ["t/9"]})


def test_where_ecs_does_not_describe_one_that_is_to_stop_nobody_knows_where_it_is_and_each_is_asked(aws: Stubs) -> None:
    runs(aws)
    stops(aws, "t/9")
    describes(aws, asked=["t/9"])
    stops_each(aws, HOSTS)
    describes(aws, asked=["t/9"])

    [task] = tasks_of_some("prod", HOSTS, [])[HOSTS[0]]

    assert (task.arn, task.kind) == ("t/9", TaskKind.UNREAD)


def test_of_a_few_instances_the_cluster_is_not_asked(aws: Stubs) -> None:
    few = HOSTS[:FEW]
    runs(aws, "t/1", hosts=few)
    stops_each(aws, few)
    describes(aws, a_task("t/1", group="service:agent"), a_task("t/9"))

    kinds = [task.kind for task in tasks_of_some("prod", few, ["agent"])[few[0]]]

    assert kinds == [TaskKind.DAEMON, TaskKind.SERVICE]
