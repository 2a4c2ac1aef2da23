"""Amazon EC2 Auto Scaling, scheduled actions: when does one make a group larger?

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScheduledActions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ballast.aws.session import client

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup

PAGE = 100

type Action = Mapping[str, Any]


def actions_of_all(groups: Sequence[str]) -> Mapping[str, Sequence[Action]] | None:
    """By group, of several in one call; None where the account has more of them than a page, or one group is asked for.

    Raises CallFailedError.
    """
    if len(groups) <= 1:
        return None
    answer = client("autoscaling").describe_scheduled_actions(MaxRecords=PAGE)
    if answer.get("NextToken"):
        return None
    found: dict[str, list[Action]] = {name: [] for name in groups}
    for each in answer["ScheduledUpdateGroupActions"]:
        found.setdefault(each["AutoScalingGroupName"], []).append(each)
    return found


def actions_of(group: str) -> Sequence[Action]:
    """Of one; raises CallFailedError."""
    pages = client("autoscaling").get_paginator("describe_scheduled_actions").paginate(AutoScalingGroupName=group)
    return [each for page in pages for each in page["ScheduledUpdateGroupActions"]]


def raises_at(actions: Iterable[Action], raw: RawGroup, now: datetime) -> datetime | None:
    """The next time of one that makes the group larger than now, or brings back what is given back till then.

    StartTime is that of the next time.
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ScheduledUpdateGroupAction.html
    """
    return min(_times(actions, raw, now), default=None)


def _times(actions: Iterable[Action], raw: RawGroup, now: datetime) -> Iterator[datetime]:
    for each in actions:
        larger = (each.get("MinSize") or 0) > raw["MinSize"] or (each.get("DesiredCapacity") or 0) >= raw[
            "DesiredCapacity"
        ]
        if larger and (at := each.get("StartTime")) and at >= now:
            yield at
