"""The tasks on instances, kept by the instances' versions, and standalone tasks that wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ballast.aws.placements import KEPT_FOR, ask, forget_others, known, waiting
from ballast.facts.task import FOR_EVER, Task, TaskKind
from tests.aws_stubs import Stubs

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOST = "arn:aws:ecs:eu-central-1:123456789012:container-instance/prod/1"
DEFINITION = "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:1"
Tasks = dict[str, tuple[Task, ...]]


def a_task(arn: str = "t/1", **how: Any) -> dict[str, Any]:
    own = {"taskArn": arn, "taskDefinitionArn": DEFINITION, "lastStatus": "RUNNING", "group": "service:web"}
    return {**own, **how}


def lists(aws: Stubs, *described: dict[str, Any], listed: list[str] | None = None) -> None:
    where = {"cluster": "prod", "containerInstance": HOST}
    arns = [each["taskArn"] for each in described] if listed is None else listed
    aws.answers("ecs", "list_tasks", {**where, "desiredStatus": "RUNNING"}, {"taskArns": arns})
    aws.answers("ecs", "list_tasks", {**where, "desiredStatus": "STOPPED"}, {"taskArns": []})
    asked = {"cluster": "prod", "tasks": arns, "include": ["TAGS"]}
    if arns:
        aws.answers("ecs", "describe_tasks", asked, {"tasks": list(described)})


def protects(aws: Stubs, *said: dict[str, Any], asked: tuple[str, ...] = ("t/1",)) -> None:
    aws.answers("ecs", "get_task_protection", {"cluster": "prod", "tasks": list(asked)}, {"protectedTasks": list(said)})


def defines(aws: Stubs) -> None:
    aws.answers("ecs", "describe_task_definition", {"taskDefinition": DEFINITION}, {"taskDefinition": {}})


def asked(version: int = 3) -> Tasks:
    return ask("prod", {HOST: version}, ["agent"], NOW)


def test_tasks_come_with_protection_and_demands_and_are_kept_until_the_version_changes(aws: Stubs) -> None:
    until = NOW + timedelta(hours=1)
    lists(aws, a_task())
    protects(aws, {"taskArn": "t/1", "protectionEnabled": True, "expirationDate": until})
    defines(aws)

    [task] = asked()[HOST]

    assert (task.protected_until, task.demands is not None) == (until, True)
    assert known({HOST: 3}, NOW) == {HOST: (task,)}
    assert known({HOST: 4}, NOW) == {} == known({HOST: 3}, NOW + KEPT_FOR)


def test_where_protection_cannot_be_read_tasks_are_protected_for_ever_and_asked_for_again(aws: Stubs) -> None:
    lists(aws, a_task(), a_task("t/2", group="service:agent"))
    aws.refuses("ecs", "get_task_protection", "AccessDeniedException")
    defines(aws)

    assert [task.protected_until for task in asked()[HOST]] == [FOR_EVER, None]
    assert known({HOST: 3}, NOW) == {}


def test_a_task_of_which_ecs_does_not_say_everything_is_unread_and_asked_for_again(aws: Stubs) -> None:
    lists(aws, a_task(), listed=["t/1", "t/2"])
    protects(aws)
    defines(aws)

    assert [task.kind for task in asked()[HOST]] == [TaskKind.UNREAD, TaskKind.UNREAD]
    assert known({HOST: 3}, NOW) == {}


def test_an_instance_that_cannot_be_asked_is_unknown_and_not_empty(aws: Stubs) -> None:
    aws.refuses("ecs", "list_tasks", "AccessDeniedException")

    assert asked() == {}
    assert ask("prod", {}, [], NOW) == {}


def test_what_is_no_longer_there_is_forgotten_in_its_own_cluster_only(aws: Stubs) -> None:
    lists(aws)
    other = HOST.replace("/prod/", "/other/")
    assert asked() == {HOST: ()}

    forget_others([other])
    assert known({HOST: 3}, NOW) == {HOST: ()}
    forget_others([HOST + "2"])
    assert known({HOST: 3}, NOW) == {}


def test_standalone_tasks_without_an_instance_wait_and_no_others_do(aws: Stubs) -> None:
    alone = {"group": "family:batch", "lastStatus": "PROVISIONING", "createdAt": NOW, "capacityProviderName": "web"}
    tasks = [
        a_task("t/1", **alone),
        a_task("t/2", **alone, containerInstanceArn=HOST),
        a_task("t/3", **(alone | {"group": "service:web"})),
        a_task("t/4", **(alone | {"lastStatus": "PENDING"})),
    ]
    arns = [each["taskArn"] for each in tasks]
    aws.answers("ecs", "list_tasks", {"cluster": "prod"}, {"taskArns": [*arns, "t/placed"]})
    aws.answers("ecs", "describe_tasks", {"cluster": "prod", "tasks": arns, "include": ["TAGS"]}, {"tasks": tasks})
    defines(aws)

    [found] = waiting("prod", ["t/placed"], 1) or []

    assert (found.task.arn, found.provider, found.since) == ("t/1", "web", NOW)


def test_of_more_tasks_than_are_worth_listing_nobody_knows_which_wait(aws: Stubs) -> None:
    aws.answers("ecs", "list_tasks", {"cluster": "prod"}, {"taskArns": ["t/1"], "nextToken": "more"})
    aws.answers("ecs", "list_tasks", {"cluster": "prod", "nextToken": "more"}, {"taskArns": ["t/2"]})

    assert waiting("prod", [], 1) is None
