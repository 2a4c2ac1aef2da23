"""Amazon ECS: on which container instances did tasks fail to start within the last hour?

ECS shows stopped tasks for about an hour: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from ballast.aws.ecs_tasks import described
from ballast.aws.session import client
from ballast.facts.health import FailedStarts

if TYPE_CHECKING:
    from ballast.aws.session import RawTask

PAGES_MOST = 5
DOUBTED = 3  # that failed, from which on it is asked whether others start there
# What the host, or its way to the registry, may be the cause of:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
OF_THE_HOST = (
    "CannotPull",
    "CannotCreate",
    "CannotStart",
    "CannotInspect",
    "ContainerRuntime",
    "ResourceInitializationError",
    "DockerTimeoutError",
)


def failed_starts(cluster: str) -> dict[str, FailedStarts]:
    """By ARN of the container instance, but for those on which a task has started since.

    Of a cluster with very many stopped tasks some of them only.
    """
    pages = client("ecs").get_paginator("list_tasks").paginate(cluster=cluster, desiredStatus="STOPPED")
    arns = [arn for page in islice(pages, PAGES_MOST) for arn in page["taskArns"]]
    found: dict[str, list[RawTask]] = defaultdict(list)
    for raw in described(cluster, arns):
        if raw.get("stopCode") == "TaskFailedToStart" and _why(raw) and raw.get("containerInstanceArn"):
            found[raw["containerInstanceArn"]].append(raw)
    every = sum(map(len, found.values()))
    told = {arn: _told(cluster, arn, some, every) for arn, some in found.items()}
    doubted = {arn for arn, each in told.items() if each.number >= DOUBTED and _has_started(cluster, arn, each)}
    return {arn: each for arn, each in told.items() if arn not in doubted}


def _told(cluster: str, host: str, failed: Sequence[RawTask], every: int) -> FailedStarts:
    times = [raw.get("stoppedAt") or raw["createdAt"] for raw in failed]
    elsewhere = len(failed) < DOUBTED or _is_of_the_host(cluster, host, failed)
    return FailedStarts(len(failed), len(failed) / every, min(times), max(times), _why(failed[0]), elsewhere)


def _is_of_the_host(cluster: str, host: str, failed: Sequence[RawTask]) -> bool:
    """Rather than of a task definition that starts nowhere, whose tasks happen to land there."""
    definitions = {raw["taskDefinitionArn"] for raw in failed}
    families = {definition.rpartition("/")[2].rpartition(":")[0] for definition in definitions}
    if len(families) > 1:
        return True
    return any(
        raw["taskDefinitionArn"] in definitions and raw.get("startedAt") and raw.get("containerInstanceArn") != host
        for raw in _to_run(cluster, family=families.pop())
    )


def _has_started(cluster: str, host: str, failed: FailedStarts) -> bool:
    to_run = _to_run(cluster, containerInstance=host)
    return any(started > failed.last_at for raw in to_run if (started := raw.get("startedAt")))


def _to_run(cluster: str, **where: Any) -> Iterator[RawTask]:
    pages = client("ecs").get_paginator("list_tasks").paginate(cluster=cluster, **where)
    return described(cluster, [arn for page in pages for arn in page["taskArns"]])


def _why(raw: RawTask) -> str:
    """The reason of the task, or of one of its containers, where it is one that the host may have."""
    containers: list[Any] = list(raw.get("containers", []))
    reasons = (raw.get("stoppedReason", ""), *(each.get("reason", "") for each in containers))
    return next((reason[:200] for reason in reasons if any(name in reason for name in OF_THE_HOST)), "")
