"""Services, tasks and task definitions of a cluster, without what is private in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched
from typing import Any

from ballast.aws import ecs_services, ecs_tasks
from ballast.aws.ecs_tasks import last_part
from ballast.aws.session import client
from ballast.aws.task_copies import Copy, copy_from
from ballast.errors import TransientError
from ballast_cli.dump.fields import maybe, ours, tags_of, whole_seconds
from ballast_cli.dump.troubles import Troubles
from ballast_cli.dump.work_records import Deployment, Item, Service, Task, TaskDefinition

AT_ONCE = 100
NOT_BALANCED, BALANCED = "is not AZ balanced", "is AZ balanced"


def services_of(cluster: str, troubles: Troubles) -> tuple[Service, ...]:
    pages = (
        client("ecs").get_paginator("list_services").paginate(cluster=cluster, PaginationConfig={"PageSize": AT_ONCE})
    )
    names = [last_part(arn) for page in pages for arn in page["serviceArns"]]
    found = list(ecs_services.described(cluster, names, tagged=True))
    if len(found) < len(set(names)):
        raise TransientError(f"ECS lists services of {cluster} that it does not describe: ask again")
    alive: list[Any] = [raw for raw in found if raw["status"] != "INACTIVE"]
    if any(not _definition_of(raw) for raw in alive):
        troubles.note("services without a task definition, which somebody else deploys: they are left out")
    alive = [raw for raw in alive if _definition_of(raw)]
    return tuple(sorted(map(_service, alive), key=lambda service: service.name))


def _service(raw: Mapping[str, Any]) -> Service:
    rules = raw.get("deploymentConfiguration", {})
    constraints = raw.get("placementConstraints", ())
    return Service(
        name=raw["serviceName"],
        definition=_definition_of(raw),
        desired=raw["desiredCount"],
        created_at=whole_seconds(raw["createdAt"]),
        running=raw["runningCount"],
        pending=raw["pendingCount"],
        status=raw["status"],
        daemon=raw.get("schedulingStrategy") == "DAEMON",
        launch_type=raw.get("launchType"),
        strategy=tuple(
            Item(each["capacityProvider"], each.get("weight", 0), each.get("base", 0))
            for each in raw.get("capacityProviderStrategy", ())
        ),
        minimum_healthy_percent=rules.get("minimumHealthyPercent", 100),
        maximum_percent=rules.get("maximumPercent", 200),
        members=tuple(each.get("expression", "") for each in constraints if each.get("type") == "memberOf"),
        distinct=any(each.get("type") == "distinctInstance" for each in constraints),
        placement=tuple(map(_strategy, raw.get("placementStrategy", ()))),
        zone_rebalancing=raw.get("availabilityZoneRebalancing") == "ENABLED",
        balancing=_balances(raw.get("events", ())),
        task_sets=bool(raw.get("taskSets")),
        load_balanced=bool(raw.get("loadBalancers")),
        deployments=tuple(map(_deployment, raw.get("deployments", ()))),
        tags=ours(tags_of(raw)),
    )


def _definition_of(raw: Mapping[str, Any]) -> str:
    """Of a service with task sets any of these; "" where there is none."""
    return last_part(
        next((each["taskDefinition"] for each in (raw, *raw.get("taskSets", ())) if each.get("taskDefinition")), "")
    )


def _strategy(raw: Mapping[str, str]) -> str:
    return f"{raw['type']}:{raw['field']}" if raw.get("field") else raw["type"]


def _balances(events: Iterable[Mapping[str, Any]]) -> bool:
    """Newest first: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/track-service-rebalancing.html."""
    said = (
        NOT_BALANCED in m for each in events for m in [each.get("message", "")] if NOT_BALANCED in m or BALANCED in m
    )
    return next(said, False)


def _deployment(raw: Mapping[str, Any]) -> Deployment:
    return Deployment(
        id=last_part(raw["id"]),
        definition=last_part(raw["taskDefinition"]),
        primary=raw.get("status") == "PRIMARY",
        state=raw.get("rolloutState", "COMPLETED"),
        running=raw.get("runningCount", 0),
        pending=raw.get("pendingCount", 0),
    )


def tasks_of(cluster: str, troubles: Troubles) -> tuple[Task, ...]:
    """Of both desired statuses: what was told to stop may still be there, and what stopped of late keeps its instance."""
    arns = list(dict.fromkeys(_listed(cluster)))
    found: list[Any] = list(ecs_tasks.described(cluster, arns))
    if len(found) < len(arns):
        troubles.note("tasks that ECS lists and does not describe: they are left out")
    found = [raw for raw in found if raw.get("launchType") != "FARGATE"]
    of_services = [raw["taskArn"] for raw in found if _of_service(raw) and raw["desiredStatus"] != "STOPPED"]
    protected = troubles.tried(
        "which tasks are protected, so those of services count as protected",
        lambda: dict(_protected(cluster, of_services)),
    )
    made = (_task(raw, protected) for raw in found)
    return tuple(sorted(made, key=lambda task: (task.created_at, task.id)))


def _listed(cluster: str) -> Iterator[str]:
    pages: Any = client("ecs").get_paginator("list_tasks")
    for desired in ("RUNNING", "STOPPED"):
        for page in pages.paginate(cluster=cluster, desiredStatus=desired):
            yield from page["taskArns"]


def _of_service(raw: Mapping[str, Any]) -> bool:
    return str(raw.get("group", "")).startswith("service:") or str(raw.get("startedBy", "")).startswith("ecs-svc/")


def _protected(cluster: str, arns: Iterable[str]) -> Iterator[tuple[str, datetime | None]]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_GetTaskProtection.html."""
    for some in batched(arns, AT_ONCE, strict=False):
        for raw in client("ecs").get_task_protection(cluster=cluster, tasks=list(some))["protectedTasks"]:
            yield raw["taskArn"], raw.get("expirationDate") if raw.get("protectionEnabled") else None


def _task(raw: Mapping[str, Any], protected: Mapping[str, datetime | None] | None) -> Task:
    seen = ecs_tasks.task(raw, ())  # type: ignore[arg-type]  # as DescribeTasks answers
    deployment = str(raw.get("startedBy", ""))
    unknown = _of_service(raw) and raw["desiredStatus"] != "STOPPED" and raw["taskArn"] not in (protected or {})
    return Task(
        id=last_part(raw["taskArn"]),
        group=seen.group,
        definition=last_part(seen.definition),
        created_at=whole_seconds(raw["createdAt"]),
        host=last_part(raw["containerInstanceArn"]) if raw.get("containerInstanceArn") else None,
        last_status=seen.last_status,
        desired_status=seen.desired_status,
        cpu=seen.cpu_units,
        memory_mib=seen.memory_mib,
        ports=tuple(sorted(seen.host_ports)),
        deployment=last_part(deployment) if deployment.startswith("ecs-svc/") else None,
        provider=raw.get("capacityProviderName"),
        started_at=maybe(raw.get("startedAt")),
        stopping_at=maybe(raw.get("stoppingAt")),
        stopped_at=maybe(raw.get("stoppedAt")),
        protected_until=maybe((protected or {}).get(raw["taskArn"])),
        protection_unknown=unknown,
        stop_code=raw.get("stopCode"),
        tags=ours(tags_of(raw)),
    )


def definitions_of(names: Iterable[str]) -> tuple[TaskDefinition, ...]:
    """Of each only what a task reserves of its host and asks for."""
    return tuple(_definition(name) for name in sorted(set(names)))


def _definition(name: str) -> TaskDefinition:
    raw: Any = client("ecs").describe_task_definition(taskDefinition=name)["taskDefinition"]
    copy: Copy = copy_from(raw)
    return TaskDefinition(
        name=name,
        cpu=copy.cpu_units,
        memory_mib=copy.memory_mib,
        sized=bool(raw.get("memory") or raw.get("cpu")),
        reserves_memory=copy.sized,
        gpus=copy.demands.gpus,
        own_interface=copy.demands.own_interface,
        ports=tuple(sorted(copy.host_ports)),
        attributes=tuple(sorted(copy.demands.attributes)),
        members=copy.demands.expressions,
        stop_timeout_s=int(copy.stop_timeout.total_seconds()),
    )
