"""Amazon ECS: what is on an instance, and set it DRAINING or ACTIVE."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
from typing import Any, Literal, TypedDict, Unpack

from ballast.aws.ecs_shapes import container_instance, task
from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.facts.instance import ContainerInstance, InstanceStatus
from ballast.facts.task import Task, TaskKind

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateContainerInstancesState.html and siblings
STATE_MOST = 10
DESCRIBE_MOST = 100
IDS_IN_A_FILTER = 100
REFUSED = frozenset({"InvalidParameterException", "ClientException", "ServerException"})
NOT_THERE = frozenset({"InvalidParameterException", "ClientException"})


class Criteria(TypedDict, total=False):
    """Of ListContainerInstances; the filter is written in the cluster query language."""

    status: Literal["ACTIVE", "DRAINING"]
    filter: str


def find_instances(cluster: str, instance_ids: Iterable[str]) -> tuple[ContainerInstance, ...]:
    """The container instances of these EC2 instances; those of no or another cluster are left out.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
    """
    found: list[ContainerInstance] = []
    for some in batched(sorted(set(instance_ids)), IDS_IN_A_FILTER, strict=False):
        found += list_instances(cluster, filter=f"ec2InstanceId in [{', '.join(some)}]")
    return tuple(found)


def list_instances(cluster: str, **criteria: Unpack[Criteria]) -> tuple[ContainerInstance, ...]:
    """Of all pages."""
    pages = client("ecs").get_paginator("list_container_instances").paginate(cluster=cluster, **criteria)
    arns = [arn for page in pages for arn in page["containerInstanceArns"]]
    return tuple(
        container_instance(cluster, raw)
        for some in batched(arns, DESCRIBE_MOST, strict=False)
        for raw in client("ecs").describe_container_instances(
            cluster=cluster, containerInstances=list(some), include=["TAGS"]
        )["containerInstances"]
        if raw.get("ec2InstanceId")
    )


def set_status(cluster: str, arns: Sequence[str], status: InstanceStatus) -> dict[str, str]:
    """Set DRAINING or ACTIVE, ten at a time; answers why by ARN for those that ECS refused.

    A refused call names no culprit, so its instances are then tried one by one.
    """
    refused: dict[str, str] = {}
    for some in batched(arns, STATE_MOST, strict=False):
        try:
            refused |= _set(cluster, some, status)
        except CallFailedError as error:
            if error.code not in REFUSED:
                raise
            if len(some) == 1:
                refused[some[0]] = str(error)
            else:
                for arn in some:
                    refused |= set_status(cluster, [arn], status)
    return refused


def _set(cluster: str, arns: Sequence[str], status: InstanceStatus) -> dict[str, str]:
    wanted: Literal["ACTIVE", "DRAINING"] = "DRAINING" if status is InstanceStatus.DRAINING else "ACTIVE"
    answer = client("ecs").update_container_instances_state(
        cluster=cluster, containerInstances=list(arns), status=wanted
    )
    return {f.get("arn", ""): f.get("reason", "no reason given") for f in answer.get("failures", [])}


def deregister(cluster: str, arn: str) -> None:
    """Remove a container instance whose host is gone; one that is not there any more is fine."""
    try:
        client("ecs").deregister_container_instance(cluster=cluster, containerInstance=arn, force=True)
    except CallFailedError as error:
        if error.code not in NOT_THERE:
            raise


def tasks_by_instance(cluster: str, arns: Sequence[str], daemon_services: Iterable[str]) -> dict[str, tuple[Task, ...]]:
    """Every task that ECS lists on each container instance, of both desired statuses, all pages.

    The default desiredStatus RUNNING leaves out tasks that have been told to stop and have not yet
    (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html).
    """
    where = {arn: [*_task_arns(cluster, arn)] for arn in arns}
    daemons = {f"service:{name}" for name in daemon_services}
    described = {
        raw["taskArn"]: task(raw, daemons)
        for some in batched((t for tasks in where.values() for t in tasks), DESCRIBE_MOST, strict=False)
        for raw in client("ecs").describe_tasks(cluster=cluster, tasks=list(some), include=["TAGS"])["tasks"]
    }
    return {arn: tuple(described[t] for t in tasks if t in described) for arn, tasks in where.items()}


def _task_arns(cluster: str, arn: str) -> Iterator[str]:
    pages = client("ecs").get_paginator("list_tasks")
    for desired in ("RUNNING", "STOPPED"):
        for page in pages.paginate(cluster=cluster, containerInstance=arn, desiredStatus=desired):
            yield from page["taskArns"]


def protections(cluster: str, tasks: Sequence[Task]) -> Mapping[str, Any]:
    """Until when each task is protected, by ARN; only tasks of services can be.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
    """
    arns = [t.arn for t in tasks if t.kind is TaskKind.SERVICE and not t.stopped]
    return {
        raw["taskArn"]: raw.get("expirationDate")
        for some in batched(arns, DESCRIBE_MOST, strict=False)
        for raw in client("ecs").get_task_protection(cluster=cluster, tasks=list(some))["protectedTasks"]
        if raw.get("protectionEnabled")
    }


def stop_task(cluster: str, arn: str, why: str) -> None:
    """Stop one task; one that is not there any more is fine."""
    try:
        client("ecs").stop_task(cluster=cluster, task=arn, reason=why)
    except CallFailedError as error:
        if error.code not in NOT_THERE:
            raise
