"""How does an EventBridge event become a value of `events`?

Field lists: the EventBridge schemas that events/README.md names. Unknown fields are ignored, since AWS adds some.
The instance id is always read from `detail`: `resources` has several forms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from ballast.drain.events import (
    CapacityInterrupted,
    ContainerInstanceChanged,
    ContainerInstanceImpaired,
    Event,
    InstanceStateChanged,
    InstanceTerminating,
    Irrelevant,
    RebalanceRecommended,
    SpotInterrupted,
    Survival,
)
from ballast.drain.parse_health import scheduled_change
from ballast.facts.view import is_ec2_instance
from ballast.records.event import SCHEDULE, Kind, Sweep, read_event, sweep, time_of
from ballast.records.field import items, maybe_name_in, moment, name_in, part, shown, text, wrong

ARN_MOST = 1000
TASKS_MOST = 100_000  # on an instance: far more than there can be
EXTERNAL_ID = r"mi-[0-9a-f]{17}"  # its Systems Manager id: API_ContainerInstance, ec2InstanceId
CLUSTER = r"[A-Za-z0-9_-]{1,255}"
CAPACITY_NOTICE = timedelta(minutes=2)
LONGEST_NOTICE = timedelta(hours=1)
CLUSTER_SWEEP: Kind = ("ballast", "Ballast Cluster Sweep")
NOT_ON_EC2 = Irrelevant("its container instance is no EC2 instance (Fargate, ECS Anywhere)")


def parse(event: Mapping[str, Any]) -> Event:
    """Raise UnexpectedEventError in one sentence for an event that is unknown or malformed."""
    return read_event(event, _PARSERS)


def _instance_id(detail: Mapping[str, Any], name: str) -> str:
    found = name_in(detail, name)
    if not is_ec2_instance(found):
        raise ValueError(f"{name}: {shown(found)} is not an EC2 instance id")
    return found


def _cluster(detail: Mapping[str, Any]) -> str:
    """Its name, from its ARN."""
    arn = name_in(detail, "clusterArn", ARN_MOST)
    name = arn.rpartition("/")[2]
    if not re.fullmatch(CLUSTER, name):
        raise wrong("clusterArn", arn, "the ARN of an ECS cluster")
    return name


def _spot(event: Mapping[str, Any]) -> Event:
    detail = part(event, "detail")
    return SpotInterrupted(_instance_id(detail, "instance-id"), name_in(detail, "instance-action"), time_of(event))


def _capacity(event: Mapping[str, Any]) -> Event:
    """https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-interruptible-cr.html"""
    detail, at = part(event, "detail"), time_of(event)
    instance_id = _instance_id(detail, "instance-id")
    try:
        goes_at = moment(detail, "instance-termination-time")
    except (KeyError, ValueError):
        goes_at = at + CAPACITY_NOTICE  # that it goes is what matters, and two minutes are all there is
    if not at <= goes_at <= at + LONGEST_NOTICE:
        goes_at = at + CAPACITY_NOTICE
    return CapacityInterrupted(instance_id, goes_at, at)


def _rebalance(event: Mapping[str, Any]) -> Event:
    return RebalanceRecommended(_instance_id(part(event, "detail"), "instance-id"), time_of(event))


def _terminating(event: Mapping[str, Any]) -> Event:
    detail = part(event, "detail")
    return InstanceTerminating(
        instance_id=_instance_id(detail, "EC2InstanceId"),
        group=name_in(detail, "AutoScalingGroupName"),
        hook=name_in(detail, "LifecycleHookName"),
        token=maybe_name_in(detail, "LifecycleActionToken"),
        cluster=_cluster_named_in(detail.get("NotificationMetadata")),
        at=time_of(event),
        survives=_survival(detail),
    )


def _survival(detail: Mapping[str, Any]) -> Survival | None:
    """Into a warm pool, or only to get a new root volume. Both are told "if that information is available".

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pools-eventbridge-events.html
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/replace-root-volume.html
    """
    if detail.get("Action") == "ReplaceRootVolume":
        return Survival.ROOT_VOLUME
    return Survival.WARM_POOL if maybe_name_in(detail, "Destination") == "WarmPool" else None


def _cluster_named_in(metadata: object) -> str | None:
    """Our hook's metadata is JSON that names the cluster; a hook put by the operator may have any text, or none."""
    try:
        found = json.loads(metadata) if isinstance(metadata, str) else None
    except (ValueError, RecursionError):
        return None
    name = found.get("cluster") if isinstance(found, dict) else None
    return name if isinstance(name, str) and re.fullmatch(CLUSTER, name) else None


def _state(event: Mapping[str, Any]) -> Event:
    detail = part(event, "detail")
    state = name_in(detail, "state")
    if state not in ("shutting-down", "stopping", "terminated", "stopped"):
        return Irrelevant(f"an instance that is {state} needs nothing")
    return InstanceStateChanged(_instance_id(detail, "instance-id"), state, time_of(event))


def _host(detail: Mapping[str, Any]) -> str | None:
    """The EC2 instance under the container instance; None where it runs on something else."""
    found = detail.get("ec2InstanceId")
    if found is None or found == "" or (isinstance(found, str) and re.fullmatch(EXTERNAL_ID, found)):
        return None
    return _instance_id(detail, "ec2InstanceId")


def _container_instance(event: Mapping[str, Any]) -> Event:
    detail = part(event, "detail")
    host = _host(detail)
    return ContainerInstanceChanged(host, _cluster(detail), time_of(event), _tasks_left(detail)) if host else NOT_ON_EC2


def _tasks_left(detail: Mapping[str, Any]) -> int | None:
    """What is missing or odd says nothing, so that the instance is looked at."""
    counts = [
        n
        for n in (detail.get("runningTasksCount"), detail.get("pendingTasksCount"))
        if type(n) is int and 0 <= n < TASKS_MOST
    ]
    drains = detail.get("status") == "DRAINING" and detail.get("agentConnected") is True
    return sum(counts) if drains and len(counts) == 2 else None  # noqa: PLR2004 - both of them


def _impaired(event: Mapping[str, Any]) -> Event:
    detail = part(event, "detail")
    host = _host(detail)
    if host is None:
        return NOT_ON_EC2
    checks = (part({"healthChecks": check}, "healthChecks") for check in items(detail, "healthChecks"))
    bad = [check for check in checks if check.get("status") == "IMPAIRED"]
    return ContainerInstanceImpaired(
        host, _cluster(detail), tuple(_check(each) for each in bad[:MOST_CHECKS]), time_of(event)
    )


def _cluster_sweep(event: Mapping[str, Any]) -> Event:
    """What we send ourselves, one a cluster: see aws/sweep_queue."""
    return Sweep(time_of(event), name_in(part(event, "detail"), "cluster"))


MOST_CHECKS = 10
REASON_MOST = 300


def _check(check: Mapping[str, Any]) -> str:
    reason = text(check, "statusReason") if check.get("statusReason") is not None else ""
    return f"{name_in(check, 'type')}: {reason[:REASON_MOST] or 'no reason given'}"


_PARSERS: Mapping[Kind, Callable[[Mapping[str, Any]], Event]] = {
    ("aws.ec2", "EC2 Spot Instance Interruption Warning"): _spot,
    # AWS has documented it under both names.
    ("aws.ec2", "EC2 Capacity Reservation Instance Interruption Warning"): _capacity,
    ("aws.ec2", "EC2 Interruptible Capacity Reservation Instance Interruption Warning"): _capacity,
    ("aws.ec2", "EC2 Instance Rebalance Recommendation"): _rebalance,
    ("aws.autoscaling", "EC2 Instance-terminate Lifecycle Action"): _terminating,
    ("aws.health", "AWS Health Event"): scheduled_change,
    ("aws.ec2", "EC2 Instance State-change Notification"): _state,
    ("aws.ecs", "ECS Container Instance State Change"): _container_instance,
    ("aws.ecs", "ECS Container Instance Health Change"): _impaired,
    SCHEDULE: sweep,
    CLUSTER_SWEEP: _cluster_sweep,
}
