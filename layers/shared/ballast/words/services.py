"""What do we say about AWS's own failures? Every sentence of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ballast.facts.service import ServiceCounts
from ballast.records.service_failure import ServiceFailure
from ballast.words.console import service_page
from ballast.words.notice import Notice, Severity
from ballast.words.phrases import count

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
_PLACEMENT_REASONS: Final = {
    "RESOURCE:CPU": "No container instance has enough free CPU",
    "RESOURCE:MEMORY": "No container instance has enough free memory",
    "RESOURCE:PORTS": "No container instance has the host port free",
    "RESOURCE:ENI": "No container instance has a free network interface",
    "RESOURCE:GPU": "No container instance has enough free GPUs",
    "AGENT": "The ECS agent of the container instances is not connected",
    "ATTRIBUTE": "No container instance has the attribute that the task needs",
    "EMPTY CAPACITY PROVIDER": "The capacity provider has no container instances",
}


def placement_failure_lasts(watch: ServiceFailure, counts: ServiceCounts, now: datetime, region: str) -> Notice:
    missing = counts.desired - counts.running
    return _about(
        watch,
        now,
        region,
        code="PlacementFailureLasts",
        severity=Severity.PAGE,
        reason="placement_failure",
        what=f"{missing} of {count(counts.desired, 'task')} of service {watch.service} "
        f"cannot be placed since {watch.since:%H:%M} UTC.",
        why=_placement_reason(watch.reason),
        impact=f"{watch.service} runs {counts.running} of {count(counts.desired, 'task')}.",
        next="Ballast adds no capacity. Let the Auto Scaling group grow, or make the task smaller; "
        "this message closes itself when all tasks run.",
    )


def placement_failure_ended(watch: ServiceFailure, now: datetime, region: str) -> Notice:
    return _about(
        watch,
        now,
        region,
        code="PlacementFailureEnded",
        severity=Severity.INFO,
        reason="placement_failure",
        what=f"Tasks of service {watch.service} are placed again.",
        why=f"It began at {watch.since:%H:%M} UTC: {_placement_reason(watch.reason)}",
        impact="None any more.",
        next="Nothing to do.",
        closes_incident=True,
    )


def task_start_impaired(watch: ServiceFailure, region: str) -> Notice:
    return _about(
        watch,
        watch.since,
        region,
        code="TaskStartImpaired",
        severity=Severity.TICKET,
        reason="task_start_impaired",
        what=f"Tasks of service {watch.service} keep failing to start.",
        why=watch.reason or "ECS does not say why; look at the stopped tasks.",
        impact="ECS tries less and less often; the service may run fewer tasks than desired.",
        next="Ballast does nothing here. Read the stopped tasks' reasons and the container logs.",
    )


def task_start_recovered(watch: ServiceFailure, now: datetime, region: str) -> Notice:
    return _about(
        watch,
        now,
        region,
        code="TaskStartRecovered",
        severity=Severity.INFO,
        reason="task_start_impaired",
        what=f"Service {watch.service} is in a steady state again.",
        why=f"Its tasks failed to start since {watch.since:%H:%M} UTC.",
        impact="None any more.",
        next="Nothing to do.",
        closes_incident=True,
    )


def deployment_failed(watch: ServiceFailure, region: str) -> Notice:
    return _about(
        watch,
        watch.since,
        region,
        code="DeploymentFailed",
        severity=Severity.TICKET,
        reason="deployment_failed",
        what=f"A deployment of service {watch.service} failed.",
        why=watch.reason or "ECS does not say why; look at the deployment.",
        impact="The new version does not run; with rollback on, ECS returns to the last good one.",
        next="Ballast does nothing here. Fix the new version and deploy again.",
    )


def _placement_reason(reason: str) -> str:
    if not reason:
        return "ECS does not say why; look at the service's events."
    return f"{_PLACEMENT_REASONS.get(reason, 'ECS gives the reason')} ({reason})."


def _about(
    watch: ServiceFailure,
    at: datetime,
    region: str,
    *,
    code: str,
    severity: Severity,
    reason: str,
    what: str,
    why: str,
    impact: str,
    next: str,  # noqa: A002 - the notice's own word
    closes_incident: bool = False,
) -> Notice:
    return Notice(
        code=code,
        severity=severity,
        cluster=watch.cluster,
        instance=None,
        reason=reason,
        incident=watch.incident,
        incident_started_at=watch.since,
        at=at,
        what=what,
        why=why,
        impact=impact,
        next=next,
        links=(service_page(region, watch.cluster, watch.service),),
        closes_incident=closes_incident,
    )
