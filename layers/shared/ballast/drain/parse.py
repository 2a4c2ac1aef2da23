"""How does an EventBridge event become a value of `events`?

Field lists: the EventBridge schemas that events/README.md names. Unknown fields are ignored, since AWS adds some.
The instance id is always read from `detail`: `resources` has several forms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ballast.drain.events import (
    ChangeScheduled,
    ContainerInstanceChanged,
    ContainerInstanceImpaired,
    Event,
    InstanceStateChanged,
    InstanceTerminating,
    Irrelevant,
    RebalanceRecommended,
    SpotInterrupted,
    Sweep,
)
from ballast.errors import UnexpectedEventError

INSTANCE_ID = re.compile(r"i-[0-9a-f]{8,17}")


def parse(event: Mapping[str, Any]) -> Event:
    """Read an EventBridge event; raise UnexpectedEventError in one sentence when it is unknown or malformed."""
    kind = (str(event.get("source")), str(event.get("detail-type")))
    parser = _PARSERS.get(kind)
    if parser is None:
        raise UnexpectedEventError(
            f"No function handles detail-type {kind[1]!r} from source {kind[0]!r}: remove the rule that sends it here."
        )
    try:
        return parser(event["detail"], _time(event["time"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else f"cannot be read: {error}"
        raise UnexpectedEventError(f"{kind[1]!r} event {event.get('id')!r} {what}.") from error


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _instance_id(text: str) -> str:
    """Accept a bare id or an ARN that ends in one: AWS Health has sent both."""
    name = text.rpartition("/")[2]
    if not INSTANCE_ID.fullmatch(name):
        raise ValueError(f"{text!r} is not an EC2 instance id")
    return name


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


def _spot(detail: Mapping[str, Any], at: datetime) -> Event:
    return SpotInterrupted(_instance_id(detail["instance-id"]), detail["instance-action"], at)


def _rebalance(detail: Mapping[str, Any], at: datetime) -> Event:
    return RebalanceRecommended(_instance_id(detail["instance-id"]), at)


def _terminating(detail: Mapping[str, Any], at: datetime) -> Event:
    # Into a warm pool, or only to get a new root volume: the instance survives.
    # https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pools-eventbridge-events.html
    if detail.get("Destination", "EC2") != "EC2" or detail.get("Action") == "ReplaceRootVolume":
        return Irrelevant("the instance survives this lifecycle action")
    return InstanceTerminating(
        instance_id=_instance_id(detail["EC2InstanceId"]),
        group=detail["AutoScalingGroupName"],
        hook=detail["LifecycleHookName"],
        token=detail.get("LifecycleActionToken"),
        cluster=_cluster_named_in(detail.get("NotificationMetadata")),
        at=at,
    )


def _cluster_named_in(metadata: str | None) -> str | None:
    """Our hook's metadata is JSON that names the cluster; a hook put by the operator may have any text, or none."""
    try:
        found = json.loads(metadata or "null")
    except json.JSONDecodeError:
        return None
    return found.get("cluster") if isinstance(found, dict) else None


def _health(detail: Mapping[str, Any], at: datetime) -> Event:
    if detail["eventTypeCategory"] != "scheduledChange" or detail["service"] != "EC2":
        return Irrelevant("not a scheduled change of EC2")
    if detail.get("backupEvent") == "true":
        return Irrelevant("the copy that AWS Health sends to the backup Region")
    starts_at = parsedate_to_datetime(detail["startTime"])
    return ChangeScheduled(
        instance_ids=tuple(_instance_id(e["entityValue"]) for e in detail["affectedEntities"]),
        event_arn=detail["eventArn"],
        kind=detail["eventTypeCode"],
        starts_at=starts_at if starts_at.tzinfo else starts_at.replace(tzinfo=UTC),
        open=detail.get("statusCode", "open") != "closed",
        at=at,
    )


def _state(detail: Mapping[str, Any], at: datetime) -> Event:
    if detail["state"] not in ("shutting-down", "stopping", "terminated", "stopped"):
        return Irrelevant(f"an instance that is {detail['state']} needs nothing")
    return InstanceStateChanged(_instance_id(detail["instance-id"]), detail["state"], at)


def _container_instance(detail: Mapping[str, Any], at: datetime) -> Event:
    if "ec2InstanceId" not in detail:
        return Irrelevant("an external instance (ECS Anywhere) is not on EC2")
    return ContainerInstanceChanged(_instance_id(detail["ec2InstanceId"]), _name(detail["clusterArn"]), at)


def _impaired(detail: Mapping[str, Any], at: datetime) -> Event:
    bad = [c for c in detail["healthChecks"] if c.get("status") == "IMPAIRED"]
    return ContainerInstanceImpaired(
        instance_id=_instance_id(detail["ec2InstanceId"]),
        cluster=_name(detail["clusterArn"]),
        checks=tuple(f"{c['type']}: {c.get('statusReason') or 'no reason given'}" for c in bad),
        at=at,
    )


_PARSERS: dict[tuple[str, str], Callable[[Mapping[str, Any], datetime], Event]] = {
    ("aws.ec2", "EC2 Spot Instance Interruption Warning"): _spot,
    ("aws.ec2", "EC2 Instance Rebalance Recommendation"): _rebalance,
    ("aws.autoscaling", "EC2 Instance-terminate Lifecycle Action"): _terminating,
    ("aws.health", "AWS Health Event"): _health,
    ("aws.ec2", "EC2 Instance State-change Notification"): _state,
    ("aws.ecs", "ECS Container Instance State Change"): _container_instance,
    ("aws.ecs", "ECS Container Instance Health Change"): _impaired,
    ("aws.events", "Scheduled Event"): lambda _detail, at: Sweep(at),
}
