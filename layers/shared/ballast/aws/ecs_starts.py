"""Amazon ECS: on which container instances did tasks fail to start within the last hour?

ECS shows stopped tasks for about an hour: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
"""

from __future__ import annotations

from collections import defaultdict
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
    found = defaultdict(list)
    for raw in described(cluster, arns):
        why = _why(raw)
        if raw.get("stopCode") == "TaskFailedToStart" and why and raw.get("containerInstanceArn"):
            found[raw["containerInstanceArn"]].append((raw.get("stoppedAt") or raw["createdAt"], why))
    every = sum(map(len, found.values()))
    told = {
        arn: FailedStarts(len(some), len(some) / every, min(some)[0], max(some)[0], some[0][1])
        for arn, some in found.items()
    }
    doubted = {arn for arn, each in told.items() if each.number >= DOUBTED and _has_started(cluster, arn, each)}
    return {arn: each for arn, each in told.items() if arn not in doubted}


def _has_started(cluster: str, host: str, failed: FailedStarts) -> bool:
    pages = client("ecs").get_paginator("list_tasks").paginate(cluster=cluster, containerInstance=host)
    running = described(cluster, [arn for page in pages for arn in page["taskArns"]])
    return any(started > failed.last_at for raw in running if (started := raw.get("startedAt")))


def _why(raw: RawTask) -> str:
    """The reason of the task, or of one of its containers, where it is one that the host may have."""
    containers: list[Any] = list(raw.get("containers", []))
    reasons = (raw.get("stoppedReason", ""), *(each.get("reason", "") for each in containers))
    return next((reason[:200] for reason in reasons if any(name in reason for name in OF_THE_HOST)), "")
