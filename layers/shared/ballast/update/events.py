"""What update_bottlerocket hears: each event says in which clusters to look, a few say something besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ballast.records.command import DETAIL_TYPE, Command, parse_command
from ballast.records.disruption import INSTANCE_DRAINED
from ballast.records.event import SCHEDULE, Kind, read_event, time_of
from ballast.records.field import name_in, part
from ballast.records.release import AVAILABLE, RECALLED, ReleaseChanged, parse_release
from ballast.records.service_failure import (
    ARN_MOST,
    DEPLOYMENT_STATE_CHANGE,
    SERVICE_ACTION,
    FailureName,
    parse_service_event,
)
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """Something moved. `cluster` and `instance_id` narrow down where; with neither, look at all clusters."""

    at: datetime
    cluster: str | None = None
    instance_id: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A service of the cluster is in trouble, in words; "" is the cluster that the event does not name."""

    cluster: str
    what: str
    at: datetime


type UpdateEvent = Look | Trouble | ReleaseChanged | Command

# https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-events.html
REFRESH_MOVES = (
    "Checkpoint Reached",
    "Succeeded",
    "Failed",
    "Cancelled",
    "Rollback Started",
    "Rollback Succeeded",
    "Rollback Failed",
)
IMPAIRED = {
    FailureName.DEPLOYMENT: "the deployment of service {} failed",
    FailureName.TASK_START: "tasks of service {} fail to start",
}


def parse(event: Mapping[str, Any]) -> UpdateEvent:
    """Raise UnexpectedEventError in one sentence for an event that is unknown or malformed."""
    return read_event(event, _PARSERS)


def _container_instance(event: Mapping[str, Any]) -> UpdateEvent:
    return Look(time_of(event), cluster=name_in(part(event, "detail"), "clusterArn", ARN_MOST).rpartition("/")[2])


def _drained(event: Mapping[str, Any]) -> UpdateEvent:
    return Look(time_of(event), cluster=name_in(part(event, "detail"), "cluster"))


def _command_ended(event: Mapping[str, Any]) -> UpdateEvent:
    return Look(time_of(event), instance_id=name_in(part(event, "detail"), "instance-id"))


def _service(event: Mapping[str, Any]) -> UpdateEvent:
    failure = parse_service_event(event)
    if failure.name not in IMPAIRED:
        return Look(failure.at, cluster=failure.cluster)
    what = IMPAIRED[failure.name].format(failure.service)
    return Trouble(failure.cluster, f"{what} ({failure.reason})" if failure.reason else what, failure.at)


def _release(event: Mapping[str, Any]) -> UpdateEvent:
    return parse_release(part(event, "detail"), time_of(event))


def _command(event: Mapping[str, Any]) -> UpdateEvent:
    return parse_command(part(event, "detail"), time_of(event), event.get("id"))


def _anywhere(event: Mapping[str, Any]) -> UpdateEvent:
    return Look(time_of(event))


_PARSERS: Mapping[Kind, Callable[[Mapping[str, Any]], UpdateEvent]] = {
    ("aws.ecs", "ECS Container Instance State Change"): _container_instance,
    ("aws.ssm", "EC2 Command Invocation Status-change Notification"): _command_ended,
    ("aws.ecs", SERVICE_ACTION): _service,
    ("aws.ecs", DEPLOYMENT_STATE_CHANGE): _service,
    ("ballast", INSTANCE_DRAINED): _drained,
    ("ballast", AVAILABLE): _release,
    ("ballast", RECALLED): _release,
    ("ballast", DETAIL_TYPE): _command,
    SCHEDULE: _anywhere,
    **{("aws.autoscaling", f"EC2 Auto Scaling Instance Refresh {end}"): _anywhere for end in REFRESH_MOVES},
}
