"""Amazon EC2 Auto Scaling, activities: who changed the size of a group, when, and what failed?

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-verify-scaling-activity.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ballast.aws.session import client
from ballast.rebalance.shortages import Failure
from ballast.value import dataclass

NEWEST = 100  # a page
CHANGED = re.compile(
    r"At (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (?P<who>(?:(?! At \d{4}-).)*?)"
    r"changing the desired capacity from (?P<before>\d+) to (?P<after>\d+)"
)
BY_ECS = "ECSManagedAutoScalingPolicy-"
HEALTH_CHECK = "in response to an EC2 health check indicating it has been terminated or stopped"


@dataclass(frozen=True, slots=True)
class History:
    """The newest time of each, among the newest activities; None: not among them."""

    desired_since: datetime | None = None
    raised_at: datetime | None = None  # or when a launch that followed from a raise brought something
    ecs_raised_at: datetime | None = None
    ecs_lowered_at: datetime | None = None
    gone_at: datetime | None = None  # an instance that EC2 took, as it does with Spot
    failures: tuple[Failure, ...] = ()


def history(group: str) -> History:
    """One page; raises CallFailedError."""
    answer = client("autoscaling").describe_scaling_activities(AutoScalingGroupName=group, MaxRecords=NEWEST)
    return read(group, answer["Activities"])


def read(group: str, activities: Iterable[Mapping[str, Any]]) -> History:
    """Of activities as Auto Scaling tells them, in any order."""
    changed: list[datetime] = []
    raised: list[datetime] = []
    by_ecs: dict[bool, list[datetime]] = {True: [], False: []}
    gone: list[datetime] = []
    failures: list[Failure] = []
    for each in activities:
        at, cause = each["StartTime"], each.get("Cause", "")
        launches = each.get("Description", "").startswith("Launching")
        brought = launches and each.get("StatusCode") == "Successful"
        for change in CHANGED.finditer(cause):
            # Whatever follows from a change tells of it, a launch that is tried again much later, too: the size wanted
            # changed then, and the group grew only once a launch brought something.
            when, up = datetime.fromisoformat(change["at"]), int(change["after"]) > int(change["before"])
            changed.append(when)
            raised += [when, *([at] if brought else [])] if up else []
            if BY_ECS in change["who"]:
                by_ecs[up].append(when)
        gone += [at] if HEALTH_CHECK in cause else []
        if each.get("StatusCode") == "Failed" and launches:
            failures.append(Failure(group, each.get("EndTime") or at, message=each.get("StatusMessage", "")))
    return History(
        max(changed, default=None),
        max(raised, default=None),
        max(by_ecs[True], default=None),
        max(by_ecs[False], default=None),
        max(gone, default=None),
        tuple(failures),
    )
