"""Amazon ECS, the tasks of some instances of a large cluster: one list each of what is to run, one for all of what is to stop.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, cast

from ballast.aws.ecs_tasks import described, last_part, task, unread
from ballast.aws.kept import kept
from ballast.aws.session import client
from ballast.facts.task import Task

FEW = 3  # instances, of which the lists of what is to stop are no more calls than that of the cluster

type Stopped = dict[str, tuple[str, Task]]  # by ARN: where it was, and what ECS says of it for good


def tasks_of_some(cluster: str, arns: Sequence[str], daemon_services: Iterable[str]) -> dict[str, tuple[Task, ...]]:
    """As `tasks_by_instance`, where the tasks of the cluster are too many to be listed.

    First what is to run, then what is to stop: a task that is told to stop in between is on one of the lists, or on both.
    """
    daemons = {f"service:{name}" for name in daemon_services}
    where = {arn: _listed(cluster, containerInstance=arn, desiredStatus="RUNNING") or [] for arn in arns}
    stopping = _stopping(cluster, len(arns) // 3, daemons) if len(arns) > FEW else None
    if stopping is None:
        stopping = {}
        for arn in arns:
            where[arn] += _listed(cluster, containerInstance=arn, desiredStatus="STOPPED") or []
    where = {arn: [each for each in dict.fromkeys(tasks) if each not in stopping] for arn, tasks in where.items()}
    known = {
        raw["taskArn"]: task(raw, daemons) for raw in described(cluster, [t for tasks in where.values() for t in tasks])
    }
    going = {arn: [each for host, each in stopping.values() if host == last_part(arn)] for arn in arns}
    return {arn: (*(known.get(t) or unread(t) for t in tasks), *going[arn]) for arn, tasks in where.items()}


def _stopping(cluster: str, pages_most: int, daemons: Collection[str]) -> Mapping[str, tuple[str, Task]] | None:
    """All that are told to stop, and those that have within about the last hour, each with its instance; "": it had none.

    None where they are too many, or ECS does not describe one of them: nobody knows then where that is.
    """
    arns = _listed(cluster, pages_most=pages_most, desiredStatus="STOPPED")
    if arns is None:
        return None
    memory = cast("dict[str, Stopped]", kept("stopped tasks"))
    known = memory.get(cluster, {})
    found = {arn: known[arn] for arn in arns if arn in known}
    for raw in described(cluster, [arn for arn in dict.fromkeys(arns) if arn not in known]):
        found[raw["taskArn"]] = last_part(raw.get("containerInstanceArn", "")), task(raw, daemons)
    memory[cluster] = {arn: each for arn, each in found.items() if each[1].last_status == "STOPPED"}
    return found if set(arns) == found.keys() else None


def _listed(cluster: str, *, pages_most: int | None = None, **where: Any) -> list[str] | None:
    """None where there are more pages."""
    arns: list[str] = []
    for number, page in enumerate(client("ecs").get_paginator("list_tasks").paginate(cluster=cluster, **where)):
        if number == pages_most:
            return None
        arns += page["taskArns"]
    return arns
