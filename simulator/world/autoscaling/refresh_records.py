"""One instance refresh as Auto Scaling remembers it.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.world.autoscaling.group_records import Group, Member

GOING_ON = ("Pending", "InProgress", "Cancelling", "RollbackInProgress")


@dataclass(slots=True, eq=False)
class Refresh:
    """`version`: the number of the launch template's version that instances are to have."""

    id: str
    group: Group
    version: int
    desired: dict[str, Any] | None
    preferences: dict[str, Any]
    started_at_s: float
    status: str = "Pending"
    why: str | None = None
    ended_at_s: float | None = None
    to_update: int = 0
    replaced: int = 0
    checkpoints: list[int] = field(default_factory=list)
    pauses_until_s: float = 0.0
    strategy: str = "Rolling"

    @property
    def going_on(self) -> bool:
        return self.status in GOING_ON

    @property
    def percent(self) -> int:
        return 100 if not self.to_update else min(100, 100 * self.replaced // self.to_update)

    @property
    def most(self) -> int:
        """How many it replaces: "the last value … describes the percentage of the group that needs to be replaced".

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-adding-checkpoints-instance-refresh.html
        """
        return self.until(self.preferences.get("CheckpointPercentages", [100])[-1])

    @property
    def next_stop(self) -> int:
        return self.until(self.checkpoints[0]) if self.checkpoints else self.most

    def until(self, percent: int) -> int:
        """A checkpoint is reached when that share, at least, is new."""
        return self.to_update if self.status == "RollbackInProgress" else math.ceil(self.to_update * percent / 100)

    @property
    def old(self) -> list[Member]:
        """The oldest first: a refresh that is run again "targets the old instances for replacement first"."""
        found = [m for m in self.group.staying if m.state == "InService" and not self.is_new(m)]
        return sorted(found, key=lambda m: m.instance.launched_at_s)

    def is_new(self, member: Member) -> bool:
        """https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html."""
        if self.preferences.get("SkipMatching") or self.status == "RollbackInProgress":
            return member.launched_from == self.version
        return member.instance.launched_at_s > self.started_at_s


def specification(configuration: Mapping[str, Any]) -> dict[str, str]:
    """The launch template and version that a group's or a refresh's configuration names, mixed instances or not."""
    mixed = configuration.get("MixedInstancesPolicy")
    found = mixed["LaunchTemplate"]["LaunchTemplateSpecification"] if mixed else configuration["LaunchTemplate"]
    return dict(found)
