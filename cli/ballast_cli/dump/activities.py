"""What has happened to a group of late, without the texts in which Auto Scaling tells it.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-verify-scaling-activity.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ballast.aws.scaling_activities import BY_ECS, CHANGED, HEALTH_CHECK, NEWEST
from ballast.aws.session import client
from ballast_cli.dump.fields import maybe, whole_seconds
from ballast_cli.dump.group_records import Activity, Resized


def activities_of(group: str) -> tuple[Activity, ...]:
    """One page, oldest first."""
    answer = client("autoscaling").describe_scaling_activities(AutoScalingGroupName=group, MaxRecords=NEWEST)
    return tuple(sorted(map(_activity, answer["Activities"]), key=lambda each: each.at))


def _activity(raw: Mapping[str, Any]) -> Activity:
    cause = raw.get("Cause", "")
    return Activity(
        at=whole_seconds(raw["StartTime"]),
        ended_at=maybe(raw.get("EndTime")),
        status=raw["StatusCode"],
        launch=raw.get("Description", "").startswith("Launching"),
        taken=HEALTH_CHECK in cause,
        resized=tuple(
            Resized(datetime.fromisoformat(c["at"]), int(c["before"]), int(c["after"]), by_ecs=BY_ECS in c["who"])
            for c in CHANGED.finditer(cause)
        ),
    )
