"""Which of AWS's own failures does on-call hear about from us, and what do their events say?

ECS Service Action: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
ECS Deployment State Change: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from ballast.records.event import time_of
from ballast.records.field import items, name_in, part, shown, text
from ballast.value import dataclass

SERVICE_ACTION = "ECS Service Action"
DEPLOYMENT_STATE_CHANGE = "ECS Deployment State Change"

REASON_MOST = 800  # what a notice shows of a sentence
ARN_MOST = 1000  # two names of 255 characters each, and what stands before them

# ECS may tell of one failed deployment under both detail-types, seconds apart.
SAME_DEPLOYMENT_FAILURE = timedelta(minutes=10)


class FailureName(StrEnum):
    PLACEMENT = "SERVICE_TASK_PLACEMENT_FAILURE"
    TASK_START = "SERVICE_TASK_START_IMPAIRED"
    DEPLOYMENT = "SERVICE_DEPLOYMENT_FAILED"
    STEADY = "SERVICE_STEADY_STATE"


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """`cluster` is "" where the event does not tell: a deployment event of a service with an old, short ARN."""

    name: FailureName
    cluster: str
    service: str
    reason: str
    at: datetime


class FailureKind(StrEnum):
    PLACEMENT = "placement"
    TASK_START = "task_start"
    DEPLOYMENT = "deployment"


@dataclass(frozen=True, slots=True)
class ServiceFailure:
    """A failure of a service that we remember from its first event on; `told` once on-call knows."""

    kind: FailureKind
    cluster: str
    service: str
    since: datetime
    reason: str
    told: bool = False

    @property
    def incident(self) -> str:
        return f"{self.kind}/{self.cluster}/{self.service}/{self.since.isoformat()}"


def parse_service_event(event: Mapping[str, Any]) -> ServiceEvent:
    """A parser for `read_event`: raises in words unless it is one of the four events that our rule asks for."""
    detail = part(event, "detail")
    name = text(detail, "eventName")
    if name not in tuple(FailureName):
        raise ValueError(f"eventName is {shown(name)}; expected one of {', '.join(FailureName)}")
    cluster, service = _names(_service_arn(event))
    if "clusterArn" in detail:
        cluster = name_in(detail, "clusterArn", ARN_MOST).rpartition("/")[2]
    reason = text(detail, "reason")[:REASON_MOST] if detail.get("reason") is not None else ""
    return ServiceEvent(FailureName(name), cluster, service, reason, time_of(event))


def _service_arn(event: Mapping[str, Any]) -> str:
    """AWS names the service first."""
    resources = items(event, "resources")
    return name_in({"resources[0]": resources[0] if resources else ""}, "resources[0]", ARN_MOST)


def _names(service_arn: str) -> tuple[str, str]:
    """`…:service/prod/web`; services from before 2018 may be called `…:service/web`.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html#ecs-resource-ids
    """
    match service_arn.partition(":service/")[2].split("/"):
        case [cluster, service] if service:
            return cluster, service
        case [service] if service:
            return "", service
        case _:
            raise ValueError(f"resources[0]: {shown(service_arn)} is not the ARN of a service")
