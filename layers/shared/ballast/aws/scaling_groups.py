"""Amazon EC2 Auto Scaling: a group as rebalancing needs it, with its history, its schedule and what it launches.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ballast.aws.group_offers import Launches, launches_of
from ballast.aws.scaling_activities import History, history
from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.facts.capacity import GroupCapacity
from ballast.rebalance.snapshot import Group, Market
from ballast.telemetry import logger
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup

ENDED = frozenset({"Successful", "Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful"})  # refreshes
ALL = 100  # percent


@dataclass(frozen=True, slots=True)
class Looked:
    """A group without the capacity of what it launches, and what it launches."""

    group: Group
    launches: Launches
    history: History


def look(described: Sequence[RawGroup], capacity: Sequence[GroupCapacity], now: datetime) -> tuple[Looked, ...]:
    """Those of which everything could be asked; the others are unknown, and cost these nothing."""
    sizes = {each.group: each for each in capacity}
    found = []
    for raw in described:
        name = raw["AutoScalingGroupName"]
        try:
            found.append(_looked(raw, sizes[name], now))
        except CallFailedError as error:
            logger.warning("cannot look at the group", group=name, why=str(error))
    return tuple(found)


def _looked(raw: RawGroup, capacity: GroupCapacity, now: datetime) -> Looked:
    name = raw["AutoScalingGroupName"]
    seen, launches = history(name), _launches(raw)
    suspended = frozenset(p.get("ProcessName", "") for p in raw.get("SuspendedProcesses", []))
    spot = any(market is Market.SPOT for _, market in launches.types) or not launches.types
    group = Group(
        capacity=capacity,
        min_size=raw["MinSize"],
        max_size=raw["MaxSize"],
        picks=launches.picks,
        weighted=launches.weighted,
        refreshing=_refreshes(name),
        replacing=_replaces(raw),
        suspended=suspended,
        raises_at=_raises_at(name, raw, now),
        desired_since=seen.desired_since,
        ecs_raised_at=seen.ecs_raised_at,
        ecs_lowered_at=seen.ecs_lowered_at,
        raised_at=seen.raised_at,
        spot_lost_at=seen.gone_at if spot else None,
    )
    return Looked(group, launches, seen)


def _launches(raw: RawGroup) -> Launches:
    """What nobody can tell of what it launches keeps nothing from being given back."""
    try:
        return launches_of(raw)
    except CallFailedError as error:
        logger.warning("cannot tell what the group launches", group=raw["AutoScalingGroupName"], why=str(error))
        return Launches()


def _refreshes(group: str) -> bool:
    raw = client("autoscaling").describe_instance_refreshes(AutoScalingGroupName=group, MaxRecords=1)
    return any(each["Status"] not in ENDED for each in raw["InstanceRefreshes"])


def _replaces(raw: RawGroup) -> bool:
    """Of its own accord, or with more instances than it wants meanwhile.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-maintenance-policy.html
    """
    most = raw.get("InstanceMaintenancePolicy", {}).get("MaxHealthyPercentage", ALL)
    return bool(raw.get("MaxInstanceLifetime")) or most > ALL


def _raises_at(name: str, raw: RawGroup, now: datetime) -> datetime | None:
    """The next time of a scheduled action that makes the group larger than now, or brings back what is given back till then.

    StartTime is that of the next time.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ScheduledUpdateGroupAction.html
    """
    pages = client("autoscaling").get_paginator("describe_scheduled_actions")
    actions = [
        each for page in pages.paginate(AutoScalingGroupName=name) for each in page["ScheduledUpdateGroupActions"]
    ]
    return min(_times(actions, raw, now), default=None)


def _times(actions: Iterable[Mapping[str, Any]], raw: RawGroup, now: datetime) -> Iterable[datetime]:
    for each in actions:
        larger = (each.get("MinSize") or 0) > raw["MinSize"] or (each.get("DesiredCapacity") or 0) >= raw[
            "DesiredCapacity"
        ]
        if larger and (at := each.get("StartTime")) and at >= now:
            yield at
