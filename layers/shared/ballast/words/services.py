"""What on-call reads about failing ECS services, as AWS tells of them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from ballast.facts.task import ServiceCounts
from ballast.records.service_failure import ServiceFailure
from ballast.words.codes import DEPLOYMENT_FAILED, PLACEMENT_FAILURE, TASK_START_IMPAIRED, Code
from ballast.words.incident import Incident, count, hour, say, service_page
from ballast.words.notice import Notice, Severity

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
_SHORT: Final = {
    "RESOURCE:CPU": "no room (CPU)",
    "RESOURCE:MEMORY": "no room (memory)",
    "RESOURCE:PORTS": "no free host port",
    "RESOURCE:ENI": "no free network interface",
    "RESOURCE:GPU": "no free GPU",
    "AGENT": "agents disconnected",
    "ATTRIBUTE": "an attribute lacks",
    "EMPTY CAPACITY PROVIDER": "no instances",
}


def placement_failure_lasts(watch: ServiceFailure, counts: ServiceCounts, now: datetime, region: str) -> Notice:
    missing = counts.desired - counts.running
    return say(
        _of_service(watch, PLACEMENT_FAILURE, region), Code.PLACEMENT_FAILURE_LASTS, Severity.PAGE, now,
        title=f"{watch.service} lacks {count(missing, "task")}: {_in_short(watch.reason)}",
        what=f"{missing} of {count(counts.desired, 'task')} of service {watch.service} "
        f"cannot be placed since {hour(watch.since, now)}.",
        why=_placement_reason(watch.reason),
        impact=f"{watch.service} runs {counts.running} of {count(counts.desired, 'task')}.",
        next="Ballast adds no capacity. Let the Auto Scaling group grow, or make the task smaller; "
        "this message closes itself when all tasks run.",
    )  # fmt: skip


def placement_failure_ended(watch: ServiceFailure, now: datetime, region: str) -> Notice:
    return say(
        _of_service(watch, PLACEMENT_FAILURE, region), Code.PLACEMENT_FAILURE_ENDED, Severity.INFO, now, closes=True,
        title=f"{watch.service} placed again: all tasks run",
        what=f"Tasks of service {watch.service} are placed again.",
        why=f"It began at {hour(watch.since, now)}: {_placement_reason(watch.reason)}",
        impact="None any more.",
        next="Nothing to do.",
    )  # fmt: skip


def task_start_impaired(watch: ServiceFailure, region: str) -> Notice:
    return say(
        _of_service(watch, TASK_START_IMPAIRED, region), Code.TASK_START_IMPAIRED, Severity.TICKET, watch.since,
        title=f"{watch.service} fails to start tasks: {_code(watch.reason, "see why they stopped")}",
        what=f"Tasks of service {watch.service} keep failing to start.",
        why=_quoted(watch.reason) or "ECS does not say why; look at the stopped tasks.",
        impact="ECS tries less and less often; the service may run fewer tasks than desired.",
        next="Ballast does nothing here. Read the stopped tasks' reasons and the container logs.",
    )  # fmt: skip


def task_start_recovered(watch: ServiceFailure, now: datetime, region: str) -> Notice:
    return say(
        _of_service(watch, TASK_START_IMPAIRED, region), Code.TASK_START_RECOVERED, Severity.INFO, now, closes=True,
        title=f"{watch.service} starts tasks again",
        what=f"Service {watch.service} is in a steady state again.",
        why=f"Its tasks failed to start since {hour(watch.since, now)}.",
        impact="None any more.",
        next="Nothing to do.",
    )  # fmt: skip


def deployment_failed(watch: ServiceFailure, region: str) -> Notice:
    return say(
        _of_service(watch, DEPLOYMENT_FAILED, region), Code.DEPLOYMENT_FAILED, Severity.TICKET, watch.since,
        title=f"{watch.service} failed to deploy: {_code(watch.reason, "see its deployment")}",
        what=f"A deployment of service {watch.service} failed.",
        why=_quoted(watch.reason) or "ECS does not say why; look at the deployment.",
        impact="The new version does not run; with rollback on, ECS returns to the last good one.",
        next="Ballast does nothing here. Fix the new version and deploy again.",
    )  # fmt: skip


def _placement_reason(reason: str) -> str:
    if not reason:
        return "ECS does not say why; look at the service's events."
    return f"{_PLACEMENT_REASONS.get(reason, 'ECS gives the reason')} ({reason})."


def _in_short(reason: str) -> str:
    return _SHORT.get(reason, "ECS cannot place them")


def _code(reason: str, otherwise: str) -> str:
    """`CannotPullContainerError`, where ECS names one."""
    if "circuit breaker" in reason:
        return "circuit breaker"
    code = re.search(r"\b[A-Z][a-z]+(?:[A-Z][A-Za-z]+)+\b", reason)
    return code.group() if code else otherwise


def _quoted(reason: str) -> str:
    """What ECS said, as a sentence."""
    return f"{reason.rstrip('.')}." if reason else ""


def _of_service(watch: ServiceFailure, reason: str, region: str) -> Incident:
    links = (service_page(region, watch.cluster, watch.service),)
    return Incident(watch.cluster, None, reason, watch.incident, watch.since, links, about=watch.service)
