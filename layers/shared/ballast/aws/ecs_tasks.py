"""Amazon ECS, tasks: what is on an instance, what is protected, and stop one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import batched
from typing import TYPE_CHECKING, Any

from ballast.aws.ecs import DESCRIBE_MOST, NOT_THERE, tags
from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.facts.task import Task, TaskKind

MANY = 8  # instances, of which the tasks of the cluster are listed instead of those of each

if TYPE_CHECKING:
    from ballast.aws.session import RawTask


def tasks_by_instance(cluster: str, arns: Sequence[str], daemon_services: Iterable[str]) -> dict[str, tuple[Task, ...]]:
    """Every task that ECS lists on each container instance, of both desired statuses, all pages.

    The default desiredStatus RUNNING leaves out tasks that have been told to stop and have not yet
    (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html). One that ECS lists and does not
    describe (MISSING) is there as UNREAD: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html

    Of one instance that is two calls; of many, the tasks of the whole cluster are listed instead, where that takes less.
    """
    daemons = {f"service:{name}" for name in daemon_services}
    if len(arns) >= MANY:
        everything = _tasks_of_cluster(cluster, len(arns) // 2)
        if everything is not None:
            return _by_host(arns, everything, daemons)
    where = {arn: _listed(cluster, containerInstance=arn) for arn in arns}
    known = {
        raw["taskArn"]: task(raw, daemons) for raw in described(cluster, [t for tasks in where.values() for t in tasks])
    }
    return {arn: tuple(known.get(t) or unread(t) for t in tasks) for arn, tasks in where.items()}


def unread(arn: str) -> Task:
    """One that ECS lists and does not describe."""
    return Task(arn, f"task {arn.rpartition('/')[2]}", TaskKind.UNREAD, "UNKNOWN")


def tasks_of_the_gone(cluster: str, arns: Sequence[str], daemon_services: Iterable[str]) -> dict[str, tuple[Task, ...]]:
    """The same of container instances that may be deregistered; those that ECS does not know any more are left out."""
    daemons = tuple(daemon_services)
    try:
        return tasks_by_instance(cluster, arns, daemons)
    except CallFailedError as error:
        if error.code not in NOT_THERE:
            raise
    if len(arns) == 1:
        return {}
    each = (tasks_of_the_gone(cluster, [arn], daemons) for arn in arns)
    return {arn: tasks for found in each for arn, tasks in found.items()}


def _tasks_of_cluster(cluster: str, pages_most: int) -> list[RawTask] | None:
    """None where they fill more pages than are worth it, as each page is described, too, and an instance is two calls.

    None also where one of them is listed and not described: nobody knows then on which instance it is.
    """
    listed: list[str] = []
    for number, page in enumerate(_pages(cluster)):
        if number >= pages_most:
            return None
        listed += page
    unlike = list(dict.fromkeys(listed))
    found = list(described(cluster, unlike))
    return found if len(found) == len(unlike) else None


def _by_host(
    arns: Sequence[str], everything: Iterable[RawTask], daemons: Collection[str]
) -> dict[str, tuple[Task, ...]]:
    found: dict[str, list[Task]] = {last_part(arn): [] for arn in arns}
    for raw in everything:
        found.get(last_part(raw.get("containerInstanceArn", "")), []).append(task(raw, daemons))
    return {arn: tuple(found[last_part(arn)]) for arn in arns}


def described(cluster: str, arns: Iterable[str]) -> Iterator[RawTask]:
    """As ECS describes them; those that it does not are left out."""
    for some in batched(arns, DESCRIBE_MOST, strict=False):
        yield from client("ecs").describe_tasks(cluster=cluster, tasks=list(some), include=["TAGS"])["tasks"]


def _listed(cluster: str, **where: str) -> list[str]:
    return [arn for page in _pages(cluster, **where) for arn in page]


def _pages(cluster: str, **where: str) -> Iterator[list[str]]:
    """RUNNING before STOPPED: a task that is told to stop in between is on one of the lists, or on both."""
    pages: Any = client("ecs").get_paginator("list_tasks")
    for desired in ("RUNNING", "STOPPED"):
        for page in pages.paginate(cluster=cluster, desiredStatus=desired, **where):
            yield page["taskArns"]


def last_part(arn: str) -> str:
    """By which ARNs of ECS are compared, as they have an older form without the cluster.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html
    """
    return arn.rpartition("/")[2]


def hosts_of_services(cluster: str, services: Iterable[str]) -> dict[str, frozenset[str]]:
    """ARNs of the container instances that run a task of each service, or are about to."""
    found = {service: tasks_of_service(cluster, service) for service in sorted(set(services))}
    return {
        service: frozenset(raw.get("containerInstanceArn", "") for raw in tasks)
        for service, tasks in found.items()
        if tasks is not None
    }


def tasks_of_service(cluster: str, service: str) -> list[RawTask] | None:
    """Those that are to run; None where ECS does not describe one that it lists: nobody knows then where that is."""
    pages = client("ecs").get_paginator("list_tasks").paginate(cluster=cluster, serviceName=service)
    arns = [arn for page in pages for arn in page["taskArns"]]
    found = [
        raw
        for some in batched(arns, DESCRIBE_MOST, strict=False)
        for raw in client("ecs").describe_tasks(cluster=cluster, tasks=list(some))["tasks"]
    ]
    return found if len(found) == len(arns) else None


def with_protection(cluster: str, tasks: Sequence[Task]) -> tuple[Task, ...]:
    """The tasks with the time until which each is protected; only tasks of services can be.

    One of which ECS does not say it (MISSING) is UNREAD, so that nobody takes it for unprotected.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
    """
    asked = [t.arn for t in tasks if t.kind is TaskKind.SERVICE and not t.stopped]
    said: dict[str, Any] = {
        raw["taskArn"]: raw.get("expirationDate") if raw.get("protectionEnabled") else None
        for some in batched(asked, DESCRIBE_MOST, strict=False)
        for raw in client("ecs").get_task_protection(cluster=cluster, tasks=list(some))["protectedTasks"]
    }
    unsaid = set(asked) - said.keys()
    return tuple(
        replace(t, kind=TaskKind.UNREAD) if t.arn in unsaid else replace(t, protected_until=said.get(t.arn))
        for t in tasks
    )


def stop_task(cluster: str, arn: str, why: str) -> None:
    """Stop one task; one that is not there any more is fine."""
    try:
        client("ecs").stop_task(cluster=cluster, task=arn, reason=why)
    except CallFailedError as error:
        if error.code not in NOT_THERE:
            raise


def task(raw: RawTask, daemons: Collection[str]) -> Task:
    """`daemons`: the groups (`service:NAME`) of daemon services."""
    group = raw.get("group", "")
    kind = TaskKind.SERVICE if raw.get("startedBy", "").startswith("ecs-svc/") else TaskKind.STANDALONE
    if group.startswith("service:"):
        kind = TaskKind.DAEMON if group in daemons else TaskKind.SERVICE
    containers: list[Any] = list(raw.get("containers", []))
    times = (raw.get("createdAt"), raw.get("startedAt"), raw.get("stoppingAt"), raw.get("stoppedAt"))
    bindings = (b for c in containers for b in c.get("networkBindings", []))
    return Task(
        arn=raw["taskArn"],
        group=group,
        kind=kind,
        last_status=raw["lastStatus"],
        cpu_units=_number(raw.get("cpu")) or sum(_number(c.get("cpu")) for c in containers),
        memory_mib=_number(raw.get("memory")) or sum(_memory(c) for c in containers),
        sized=bool(_number(raw.get("memory")) or (containers and all(_memory(c) for c in containers))),
        host_ports=frozenset(b["hostPort"] for b in bindings if b.get("hostPort")),
        tags=tags(raw),
        definition=raw.get("taskDefinitionArn", ""),
        desired_status=raw.get("desiredStatus", "RUNNING"),
        stopping_at=raw.get("stoppingAt"),
        stopped_reason=raw.get("stoppedReason", ""),
        stop_code=raw.get("stopCode"),
        changed_at=max((at for at in times if at), default=None),
    )


def _memory(container: Mapping[str, Any]) -> int:
    """What it may use, in MiB: its limit, or its reservation where that is all; 0 where the container says neither.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Container.html
    """
    return max(_number(container.get("memory")), _number(container.get("memoryReservation")))


def _number(text: Any) -> int:
    return int(text) if text and str(text).isdecimal() else 0
