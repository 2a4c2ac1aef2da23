"""Amazon EC2 Auto Scaling: a group as rebalancing needs it, with its history, its schedule and what it launches.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ballast.aws.group_offers import Launches, launches_of, template_of
from ballast.aws.group_pasts import Past, pasts_of
from ballast.aws.scaling_activities import History
from ballast.aws.scheduled_actions import actions_of, actions_of_all, raises_at
from ballast.aws.template_versions import Numbers, numbers_of
from ballast.errors import CallFailedError
from ballast.facts.capacity import GroupCapacity
from ballast.rebalance.snapshot import Group, Market
from ballast.telemetry import logger
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup

ALL = 100  # percent


@dataclass(frozen=True, slots=True)
class Looked:
    """A group without the capacity of what it launches, and what it launches."""

    group: Group
    launches: Launches
    history: History


def look(
    described: Sequence[RawGroup], capacity: Sequence[GroupCapacity], now: datetime, *, anew: bool = False
) -> tuple[Looked, ...]:
    """Those of which everything could be asked; the others are unknown, and cost these nothing. `anew`: as `pasts_of`."""
    sizes = {each.group: each for each in capacity}
    pasts = pasts_of(described, now, anew=anew)
    there = [raw for raw in described if raw["AutoScalingGroupName"] in pasts]
    try:
        actions = actions_of_all([raw["AutoScalingGroupName"] for raw in there])
    except CallFailedError as error:
        logger.warning("cannot tell what is scheduled for groups", why=str(error))
        return ()
    numbers = numbers_of(map(template_of, there))
    found = []
    for raw in there:
        name = raw["AutoScalingGroupName"]
        try:
            next_raise = raises_at(actions_of(name) if actions is None else actions[name], raw, now)
        except CallFailedError as error:
            logger.warning("cannot look at the group", group=name, why=str(error))
        else:
            found.append(_looked(raw, sizes[name], pasts[name], _launches(raw, numbers), next_raise))
    return tuple(found)


def _looked(
    raw: RawGroup, capacity: GroupCapacity, past: Past, launches: Launches, next_raise: datetime | None
) -> Looked:
    seen = past.history
    suspended = frozenset(p.get("ProcessName", "") for p in raw.get("SuspendedProcesses", []))
    spot = any(market is Market.SPOT for _, market in launches.types) or not launches.types
    group = Group(
        capacity=capacity,
        min_size=raw["MinSize"],
        max_size=raw["MaxSize"],
        picks=launches.picks,
        weighted=launches.weighted,
        refreshing=past.refreshing,
        replacing=_replaces(raw),
        suspended=suspended,
        raises_at=next_raise,
        desired_since=seen.desired_since,
        ecs_raised_at=seen.ecs_raised_at,
        ecs_lowered_at=seen.ecs_lowered_at,
        raised_at=seen.raised_at,
        spot_lost_at=seen.gone_at if spot else None,
    )
    return Looked(group, launches, seen)


def _launches(raw: RawGroup, numbers: Numbers) -> Launches:
    """What nobody can tell of what it launches keeps nothing from being given back."""
    try:
        return launches_of(raw, numbers)
    except CallFailedError as error:
        logger.warning("cannot tell what the group launches", group=raw["AutoScalingGroupName"], why=str(error))
        return Launches()


def _replaces(raw: RawGroup) -> bool:
    """Of its own accord, or with more instances than it wants meanwhile.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-maintenance-policy.html
    """
    most = raw.get("InstanceMaintenancePolicy", {}).get("MaxHealthyPercentage", ALL)
    return bool(raw.get("MaxInstanceLifetime")) or most > ALL
