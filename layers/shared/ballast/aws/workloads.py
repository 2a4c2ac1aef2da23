"""Amazon ECS: the services of a cluster as rebalancing needs them, and the tasks that they miss.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from ballast.aws.ecs import tags
from ballast.aws.ecs_services import described, service
from ballast.aws.ecs_tasks import tasks_of_service
from ballast.aws.kept import kept
from ballast.aws.session import client
from ballast.aws.task_copies import Copy, copies_of
from ballast.errors import CallFailedError
from ballast.rebalance.snapshot import Workload
from ballast.telemetry import logger
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.aws.session import RawService

ON_EC2 = frozenset({"EC2", None})  # launch types whose tasks may be on an instance of a group
DEREGISTRATION = timedelta(seconds=300)  # of a target group, unless somebody changed it
PEAK_WITHIN = timedelta(minutes=30)
BALANCED, UNBALANCED = "is AZ balanced", "is not AZ balanced"  # as a service says of AZ rebalancing; newest first
SHORT_MOST = 20  # services whose tasks are listed in one round
type Known = dict[str, Seen]


@dataclass(frozen=True, slots=True)
class Seen:
    """What earlier looks at a service saw: how many were desired when, and since when tasks are missing."""

    desired: tuple[tuple[datetime, int], ...]
    short_since: datetime | None


def workloads(cluster: str, now: datetime, only: Sequence[str] | None = None) -> dict[str, Workload]:
    """By name, those whose tasks may be on EC2 instances, of all or `only` these.

    Raises CallFailedError: half of them would mislead.
    """
    pages = client("ecs").get_paginator("list_services").paginate(cluster=cluster, PaginationConfig={"PageSize": 100})
    names = only if only is not None else [arn.rpartition("/")[2] for page in pages for arn in page["serviceArns"]]
    found = [raw for raw in described(cluster, names, tagged=True) if raw.get("launchType") in ON_EC2]
    alive = [raw for raw in found if raw["status"] != "INACTIVE"]
    copies = copies_of(raw["taskDefinition"] for raw in alive)
    made = {raw["serviceName"]: _workload(cluster, raw, copies.get(raw["taskDefinition"]), now) for raw in alive}
    newest = {raw["serviceName"]: _newest(raw).get("id", "") for raw in alive}
    short = [name for name, workload in made.items() if workload.short_since and not workload.daemon]
    placed = _placed(cluster, sorted(short)[:SHORT_MOST], newest)
    return {
        name: replace(w, placed=placed[name][0], primary_placed=placed[name][1]) if name in placed else w
        for name, w in made.items()
    }


def _workload(cluster: str, raw: RawService, copy: Copy | None, now: datetime) -> Workload:
    of_ecs = service(raw)
    name, stop = of_ecs.name, copy.stop_timeout if copy else timedelta(seconds=30)
    seen = _seen(f"{cluster}/{name}", of_ecs.desired, now, short=of_ecs.running < of_ecs.desired)
    strategy = raw.get("placementStrategy", [])
    return Workload(
        of_ecs,
        copy=copy.of(f"service:{name}") if copy else None,
        daemon=raw.get("schedulingStrategy") == "DAEMON",
        providers={p["capacityProvider"]: p.get("weight", 0) for p in raw.get("capacityProviderStrategy", [])},
        primary_placed=_primary_placed(raw),
        starts_none=_newest(raw).get("rolloutState") == "FAILED",
        busy=_busy(raw),
        settled_at=next((e["createdAt"] for e in raw.get("events", []) if BALANCED in e.get("message", "")), None),
        resized_at=seen.desired[-1][0] if len(seen.desired) > 1 else None,
        peak=max(desired for _, desired in seen.desired),
        low=min(desired for _, desired in seen.desired),
        stops_in=stop + (DEREGISTRATION if raw.get("loadBalancers") else timedelta()),
        packs=bool(strategy) and strategy[0].get("type") == "binpack",
        short_since=seen.short_since,
        tags=tags(raw),
    )


def _busy(raw: RawService) -> str:
    if raw.get("taskSets"):
        return "it has task sets, which somebody else moves"
    deployments: Sequence[Mapping[str, Any]] = raw.get("deployments", [])
    if len(deployments) > 1 or any(each.get("rolloutState") == "IN_PROGRESS" for each in deployments):
        return "a deployment is in progress"
    if any(each.get("rolloutState") == "FAILED" for each in deployments):
        return "its deployment failed, and ECS starts no more tasks of it"
    spread = (_spreads(event.get("message", "")) for event in raw.get("events", []))
    return "ECS spreads its tasks over the zones" if next((s for s in spread if s is not None), False) else ""


def _spreads(message: str) -> bool | None:
    """Whether ECS began AZ rebalancing, or ended it; None of any other message.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/track-service-rebalancing.html
    """
    return True if UNBALANCED in message else False if BALANCED in message else None


def _seen(key: str, desired: int, now: datetime, *, short: bool) -> Seen:
    """What was seen before this look was in another execution environment is not known."""
    memory = cast("Known", kept("services"))
    before = memory.get(key, Seen((), None))
    changes = before.desired
    if not changes or changes[-1][1] != desired:
        changes = (*changes, (now, desired))
    # The last one before the time that counts is what was desired then.
    late = [number for number, (at, _) in enumerate(changes) if now - at >= PEAK_WITHIN]
    since = (before.short_since or now) if short else None
    memory[key] = Seen(changes[late[-1] if late else 0 :], since)
    return memory[key]


def _primary_placed(raw: RawService) -> int | None:
    """Of a deployment in progress: while old tasks run, a service that lacks new ones has as many as it wants.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
    """
    newest = _newest(raw)
    if not newest or len(raw.get("deployments", [])) == 1:  # alone it has what the service has
        return None
    return int(newest.get("runningCount", 0)) + int(newest.get("pendingCount", 0))


def _newest(raw: RawService) -> Mapping[str, Any]:
    """The deployment that is PRIMARY; {} of a service that shows none."""
    deployments: Sequence[Mapping[str, Any]] = raw.get("deployments", [])
    return next((each for each in deployments if each.get("status") == "PRIMARY"), {})


def _placed(cluster: str, names: Iterable[str], newest: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """Tasks that have an instance, and those of the newest deployment among them; PROVISIONING ones have none.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html
    """
    found = {}
    for name in names:
        try:
            tasks = tasks_of_service(cluster, name)
        except CallFailedError as error:
            logger.warning("cannot count the tasks of the service", cluster=cluster, service=name, why=str(error))
            continue
        if tasks is not None:
            there = [raw for raw in tasks if raw.get("containerInstanceArn")]
            found[name] = len(there), sum(raw.get("startedBy") == newest[name] for raw in there)
    return found
