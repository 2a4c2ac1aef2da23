"""How does an EventBridge event become a value of `events`?

Field lists: the EventBridge schemas that events/README.md names. Unknown fields are ignored, since AWS adds some.
The instance id is always read from `detail`: `resources` has several forms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC
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
)
from ballast.records.event import SCHEDULE, Kind, read_event, sweep, time_of

INSTANCE_ID = re.compile(r"i-[0-9a-f]{8,17}")


def parse(event: Mapping[str, Any]) -> Event:
    """Raise UnexpectedEventError in one sentence for an event that is unknown or malformed."""
    return read_event(event, _PARSERS)


def _instance_id(text: str) -> str:
    """Accept a bare id or an ARN that ends in one: AWS Health has sent both."""
    name = text.rpartition("/")[2]
    if not INSTANCE_ID.fullmatch(name):
        raise ValueError(f"{text!r} is not an EC2 instance id")
    return name


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


def _spot(event: Mapping[str, Any]) -> Event:
    detail = event["detail"]
    return SpotInterrupted(_instance_id(detail["instance-id"]), detail["instance-action"], time_of(event))


def _rebalance(event: Mapping[str, Any]) -> Event:
    detail = event["detail"]
    return RebalanceRecommended(_instance_id(detail["instance-id"]), time_of(event))


def _terminating(event: Mapping[str, Any]) -> Event:
    detail = event["detail"]
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
        at=time_of(event),
    )


def _cluster_named_in(metadata: str | None) -> str | None:
    """Our hook's metadata is JSON that names the cluster; a hook put by the operator may have any text, or none."""
    try:
        found = json.loads(metadata or "null")
    except json.JSONDecodeError:
        return None
    return found.get("cluster") if isinstance(found, dict) else None


def _health(event: Mapping[str, Any]) -> Event:
    detail = event["detail"]
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
        at=time_of(event),
    )


def _state(event: Mapping[str, Any]) -> Event:
    detail = event["detail"]
    if detail["state"] not in ("shutting-down", "stopping", "terminated", "stopped"):
        return Irrelevant(f"an instance that is {detail['state']} needs nothing")
    return InstanceStateChanged(_instance_id(detail["instance-id"]), detail["state"], time_of(event))


def _container_instance(event: Mapping[str, Any]) -> Event:
    detail = event["detail"]
    if "ec2InstanceId" not in detail:
        return Irrelevant("an external instance (ECS Anywhere) is not on EC2")
    return ContainerInstanceChanged(_instance_id(detail["ec2InstanceId"]), _name(detail["clusterArn"]), time_of(event))


def _impaired(event: Mapping[str, Any]) -> Event:
    detail = event["detail"]
    bad = [c for c in detail["healthChecks"] if c.get("status") == "IMPAIRED"]
    return ContainerInstanceImpaired(
        instance_id=_instance_id(detail["ec2InstanceId"]),
        cluster=_name(detail["clusterArn"]),
        checks=tuple(f"{c['type']}: {c.get('statusReason') or 'no reason given'}" for c in bad),
        at=time_of(event),
    )


_PARSERS: Mapping[Kind, Callable[[Mapping[str, Any]], Event]] = {
    ("aws.ec2", "EC2 Spot Instance Interruption Warning"): _spot,
    ("aws.ec2", "EC2 Instance Rebalance Recommendation"): _rebalance,
    ("aws.autoscaling", "EC2 Instance-terminate Lifecycle Action"): _terminating,
    ("aws.health", "AWS Health Event"): _health,
    ("aws.ec2", "EC2 Instance State-change Notification"): _state,
    ("aws.ecs", "ECS Container Instance State Change"): _container_instance,
    ("aws.ecs", "ECS Container Instance Health Change"): _impaired,
    SCHEDULE: sweep,
}
