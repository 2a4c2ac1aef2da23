"""Amazon ECS: which tasks are on an instance? Kept by the instance's version, which each change of its tasks raises.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html (version)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from ballast.aws.candidate_tasks import tasks_of_some
from ballast.aws.ecs_tasks import described, task, tasks_by_instance, with_protection
from ballast.aws.kept import kept
from ballast.aws.session import client
from ballast.aws.task_definitions import demands_of
from ballast.errors import CallFailedError
from ballast.facts.task import FOR_EVER, Task, TaskKind
from ballast.rebalance.snapshot import Waiting
from ballast.telemetry import logger
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.aws.session import RawTask

KEPT_FOR = timedelta(hours=6)  # protection changes without a new version, and is asked again before anything is claimed
type Known = dict[str, Listed]


@dataclass(frozen=True, slots=True)
class Listed:
    """The tasks of an instance, with protection and demands, as they were at a version."""

    version: int
    tasks: tuple[Task, ...]
    at: datetime


def known(versions: Mapping[str, int], now: datetime) -> dict[str, tuple[Task, ...]]:
    """Of container instances (ARN and version) those whose tasks are known and have not changed."""
    memory = cast("Known", kept("placements"))
    return {
        arn: listed.tasks
        for arn, version in versions.items()
        if (listed := memory.get(arn)) and listed.version == version and now - listed.at < KEPT_FOR
    }


def forget_others(arns: Iterable[str]) -> None:
    """What is no longer there; of one cluster, as ARNs carry its name."""
    memory, there = cast("Known", kept("placements")), set(arns)
    clusters = {arn.rpartition("/")[0] for arn in there}
    for arn in [a for a in memory if a not in there and a.rpartition("/")[0] in clusters]:
        del memory[arn]


def ask(
    cluster: str, versions: Mapping[str, int], daemons: Sequence[str], now: datetime, *, singly: bool = False
) -> dict[str, tuple[Task, ...]]:
    """The same, asked now; nothing where ECS does not answer, which is not nothing there. `singly`: as `tasks_of_some`."""
    if not versions:
        return {}
    try:
        ask_for = tasks_of_some if singly else tasks_by_instance
        found = ask_for(cluster, list(versions), daemons)
    except CallFailedError as error:
        logger.warning("cannot list the tasks of instances", cluster=cluster, why=str(error))
        return {}
    every = [each for tasks in found.values() for each in tasks]
    protected = _protected(cluster, every)
    demands = demands_of(each.definition for each in every if each.definition)
    filled = {
        arn: tuple(replace(protected.get(t.arn, t), demands=demands.get(t.definition)) for t in tasks)
        for arn, tasks in found.items()
    }
    sure = {arn: tasks for arn, tasks in filled.items() if all(map(_is_known, tasks))}
    kept("placements").update({arn: Listed(versions[arn], tasks, now) for arn, tasks in sure.items()})
    return filled


def _protected(cluster: str, tasks: Sequence[Task]) -> dict[str, Task]:
    """By ARN; for ever where ECS does not say it."""
    try:
        return {each.arn: each for each in with_protection(cluster, tasks)}
    except CallFailedError as error:
        logger.warning("cannot tell which tasks are protected", cluster=cluster, why=str(error))
        return {each.arn: replace(each, protected_until=FOR_EVER) for each in tasks if each.kind is TaskKind.SERVICE}


def _is_known(task: Task) -> bool:
    """Whether ECS said everything of it, so that it need not be asked again."""
    return task.kind is not TaskKind.UNREAD and task.protected_until != FOR_EVER and task.demands is not None


def waiting(cluster: str, placed: Iterable[str], pages_most: int) -> list[Waiting] | None:
    """Standalone tasks that wait for an instance; `placed`: ARNs of tasks that have one.

    None where the cluster has more tasks than are worth listing. A task by launch type does not wait: RunTask refuses it.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html
    """
    listed: list[str] = []
    for number, page in enumerate(client("ecs").get_paginator("list_tasks").paginate(cluster=cluster)):
        if number >= pages_most:
            return None
        listed += page["taskArns"]
    there = set(placed)
    unplaced = [arn for arn in dict.fromkeys(listed) if arn not in there]
    found = [raw for raw in described(cluster, unplaced) if _waits(raw)]
    demands = demands_of(raw["taskDefinitionArn"] for raw in found)
    return [
        Waiting(
            replace(task(raw, ()), demands=demands.get(raw["taskDefinitionArn"])),
            raw.get("capacityProviderName", ""),
            raw["createdAt"],
        )
        for raw in found
    ]


def _waits(raw: RawTask) -> bool:
    of_service = raw.get("startedBy", "").startswith("ecs-svc/") or raw.get("group", "").startswith("service:")
    return raw["lastStatus"] == "PROVISIONING" and not raw.get("containerInstanceArn") and not of_service
