"""What update_bottlerocket hears: each event says in which clusters to look, a few say something besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ballast.drain.end import INSTANCE_DRAINED
from ballast.errors import UnexpectedEventError
from ballast.records.command import DETAIL_TYPE, Command, parse_command
from ballast.records.release_event import AVAILABLE, RECALLED, ReleaseChanged, parse_release
from ballast.records.service_failure import DEPLOYMENT_STATE_CHANGE, SERVICE_ACTION, FailureName, parse_service_event


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
    """Read an EventBridge event; raise UnexpectedEventError in one sentence when it is unknown or malformed."""
    kind = (str(event.get("source")), str(event.get("detail-type")))
    parser = _PARSERS.get(kind)
    if parser is None:
        raise UnexpectedEventError(
            f"No function handles detail-type {kind[1]!r} from source {kind[0]!r}: remove the rule that sends it here."
        )
    try:
        return parser(event, _time(event["time"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else f"cannot be read: {error}"
        raise UnexpectedEventError(f"{kind[1]!r} event {event.get('id')!r} {what}.") from error


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _container_instance(event: Mapping[str, Any], at: datetime) -> UpdateEvent:
    return Look(at, cluster=str(event["detail"]["clusterArn"]).rpartition("/")[2])


def _drained(event: Mapping[str, Any], at: datetime) -> UpdateEvent:
    return Look(at, cluster=str(event["detail"]["cluster"]))


def _command_ended(event: Mapping[str, Any], at: datetime) -> UpdateEvent:
    return Look(at, instance_id=str(event["detail"]["instance-id"]))


def _service(event: Mapping[str, Any], _at: datetime) -> UpdateEvent:
    failure = parse_service_event(event)
    if failure.name not in IMPAIRED:
        return Look(failure.at, cluster=failure.cluster)
    what = IMPAIRED[failure.name].format(failure.service)
    return Trouble(failure.cluster, f"{what} ({failure.reason})" if failure.reason else what, failure.at)


def _release(event: Mapping[str, Any], at: datetime) -> UpdateEvent:
    return parse_release(event["detail"], at)


def _command(event: Mapping[str, Any], at: datetime) -> UpdateEvent:
    return parse_command(event["detail"], at)


def _anywhere(_event: Mapping[str, Any], at: datetime) -> UpdateEvent:
    return Look(at)


_PARSERS: dict[tuple[str, str], Callable[[Mapping[str, Any], datetime], UpdateEvent]] = {
    ("aws.ecs", "ECS Container Instance State Change"): _container_instance,
    ("aws.ssm", "EC2 Command Invocation Status-change Notification"): _command_ended,
    ("aws.ecs", SERVICE_ACTION): _service,
    ("aws.ecs", DEPLOYMENT_STATE_CHANGE): _service,
    ("ballast", INSTANCE_DRAINED): _drained,
    ("ballast", AVAILABLE): _release,
    ("ballast", RECALLED): _release,
    ("ballast", DETAIL_TYPE): _command,
    ("aws.events", "Scheduled Event"): _anywhere,
    **{("aws.autoscaling", f"EC2 Auto Scaling Instance Refresh {end}"): _anywhere for end in REFRESH_MOVES},
}
