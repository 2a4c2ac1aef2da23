"""What runs on each container instance, by service; where that may not or cannot be asked, what all of it reserves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from ballast.aws import ecs_tasks
from ballast.aws.ecs_tasks import last_part
from ballast.aws.session import client
from ballast_cli.drawing.standing import Work
from ballast_cli.dump.records import Host
from ballast_cli.dump.troubles import Troubles

MOST_TASKS = 2_000  # of a cluster; more would take over forty calls for each picture, and all share one rate of reads
INTERFACE = "ElasticNetworkInterface"


def tried[T](troubles: Troubles, what: str, call: Callable[[], T]) -> T | None:
    """Also an answer of a form that nobody has seen stops no other part."""
    try:
        return troubles.tried(what, call)
    except (LookupError, TypeError, ValueError) as error:
        troubles.note(f"{what}: an answer of AWS has a form that is not understood ({error!r})")
        return None


def work_of(
    cluster: str, hosts: Sequence[Host], counts: Mapping[str, int], troubles: Troubles
) -> Mapping[str, tuple[Work, ...]] | None:
    """By container instance. None: not asked, or not answered."""
    if not hosts:
        return {}
    if (tasks := sum(counts.values())) > MOST_TASKS:
        troubles.note(f"network interfaces in use: {tasks:,} tasks are too many to be asked for each picture")
        return None
    return tried(troubles, "tasks by service and network interfaces in use", lambda: dict(_by_host(cluster)))


def _by_host(cluster: str) -> Iterator[tuple[str, tuple[Work, ...]]]:
    pages: Any = client("ecs").get_paginator("list_tasks")
    arns = [arn for page in pages.paginate(cluster=cluster, launchType="EC2") for arn in page["taskArns"]]
    raws: list[Any] = [raw for raw in ecs_tasks.described(cluster, arns) if raw.get("containerInstanceArn")]

    def host(raw: Any) -> str:
        return last_part(raw["containerInstanceArn"])

    for name, some in groupby(sorted(raws, key=host), key=host):
        yield name, tuple(_by_service(some))


def _by_service(raws: Iterable[Any]) -> Iterator[Work]:
    def service(raw: Any) -> str:
        group = str(raw.get("group", ""))
        return group.removeprefix("service:") if group.startswith("service:") else ""

    for name, same in groupby(sorted(raws, key=service), key=service):
        some = list(same)
        seen = [ecs_tasks.task(raw, ()) for raw in some]
        interfaces = sum(a.get("type") == INTERFACE for raw in some for a in raw.get("attachments", ()))
        yield Work(name or None, len(some), sum(t.cpu_units for t in seen), sum(t.memory_mib for t in seen), interfaces)


def whole_of(host: Host, tasks: int) -> tuple[Work, ...]:
    """Without the tasks one by one ECS still tells what all of them reserve."""
    reserved = host.cpu - host.free_cpu, host.memory_mib - host.free_memory_mib
    return (Work(None, tasks, *reserved, 0),) if tasks else ()
