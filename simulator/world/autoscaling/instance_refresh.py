"""Instance refresh: a group replaces its instances, launching each new one before it terminates an old one.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.autoscaling.groups import Groups
from simulator.world.core.core import Core
from simulator.world.core.errors import AwsError

LOOK_SECONDS = 15.0
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


class InstanceRefreshes:
    """Newest first in `of`. Only MinHealthyPercentage 100 is modelled, which launches before it terminates."""

    def __init__(self, core: Core, groups: Groups) -> None:
        self._core = core
        self._groups = groups
        self.of: dict[str, list[Refresh]] = {}

    def current(self, group: str) -> Refresh | None:
        return next((r for r in self.of.get(group, []) if r.going_on), None)

    def start(self, group: Group, desired: dict[str, Any] | None, preferences: dict[str, Any]) -> Refresh:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html."""
        if self.current(group.name):
            raise AwsError("InstanceRefreshInProgress", "An Instance Refresh is already in progress.")
        if preferences.get("MinHealthyPercentage") != 100 or preferences.get("ScaleInProtectedInstances") == "Wait":
            raise NotImplementedError(
                "Only launch before terminate is modelled, without waiting for protected instances."
            )
        self._check_rollback(group, desired, preferences)
        template = group.template
        assert template is not None  # noqa: S101 - groups that launch Bottlerocket have one
        text = desired["LaunchTemplate"]["Version"] if desired else group.template_version
        refresh = Refresh(
            self._core.uuid(), group, template.version(text).number, desired, preferences, self._core.clock.now_s
        )
        refresh.checkpoints = list(preferences.get("CheckpointPercentages", []))
        self.of.setdefault(group.name, []).insert(0, refresh)
        refresh.to_update = len(self._old(refresh))
        self.announce(refresh, "Started")
        self._core.clock.after(LOOK_SECONDS, lambda: self._look(refresh))
        return refresh

    def cancel(self, group: Group) -> Refresh:
        """What is being replaced is replaced to its end: https://docs.aws.amazon.com/autoscaling/ec2/userguide/cancel-instance-refresh.html."""
        refresh = self.current(group.name)
        if refresh is None:
            raise AwsError("ActiveInstanceRefreshNotFound", "No in progress or pending Instance Refresh found.")
        refresh.status = "Cancelling"
        return refresh

    def give_up(self, group: str, why: str) -> None:
        """An act: Auto Scaling cannot go on, so that the refresh fails or is rolled back."""
        refresh = self.current(group)
        if refresh is None:
            return
        if not refresh.preferences.get("AutoRollback"):
            self.end(refresh, "Failed", why)
            return
        assert refresh.group.template is not None  # noqa: S101 - see start
        refresh.status, refresh.why = "RollbackInProgress", why
        refresh.version = refresh.group.template.version(refresh.group.template_version).number
        refresh.checkpoints, refresh.pauses_until_s = [], 0.0
        self.announce(refresh, "Rollback Started")

    def _check_rollback(self, group: Group, desired: dict[str, Any] | None, preferences: dict[str, Any]) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html."""
        assert group.template is not None  # noqa: S101 - see start
        resolves = group.template.version(group.template_version).image_id.startswith("resolve:ssm:")
        if preferences.get("AutoRollback") and (desired is None or not group.template_version.isdigit() or resolves):
            raise AwsError(
                "ValidationError", "AutoRollback needs a desired configuration and a numbered version to go back to."
            )

    def _look(self, refresh: Refresh) -> None:
        if not refresh.going_on:
            return
        self._core.clock.after(LOOK_SECONDS, lambda: self._look(refresh))
        group = refresh.group
        if refresh.status == "Cancelling":
            group.surge = 0
            self.end(refresh, "Cancelled", "Cancelled due to user request.")
            self._groups.reconcile(group)
            return
        if group.suspended.keys() & {"InstanceRefresh", "Launch", "Terminate"}:
            return  # https://docs.aws.amazon.com/autoscaling/ec2/userguide/understand-how-suspending-processes-affects-other-processes.html
        if refresh.status == "Pending":
            refresh.status = "InProgress"
        self._swap(refresh)
        refresh.to_update = refresh.replaced + len(self._old(refresh))  # what was pending before may be old now
        if not self._old(refresh) and not group.surge:
            self._succeed(refresh)
        elif self._core.clock.now_s >= refresh.pauses_until_s:
            self._launch(refresh)

    def _swap(self, refresh: Refresh) -> None:
        """Terminate an old instance for each new one that is in service and warm."""
        group = refresh.group
        warmup_s = refresh.preferences.get("InstanceWarmup", 0)
        serving = [
            m
            for m in group.staying
            if m.state == "InService"
            and (not self._is_new(refresh, m) or self._core.clock.now_s - m.instance.launched_at_s >= warmup_s)
        ]
        surplus = min(len(serving) - group.desired, group.surge)
        for old in self._old(refresh)[: max(0, surplus)]:
            group.surge -= 1
            refresh.replaced += 1
            self._groups.terminate(old, "instance_refresh")
        if refresh.checkpoints and refresh.percent >= refresh.checkpoints[0] and not group.surge:
            reached = refresh.checkpoints.pop(0)
            if reached < 100:
                refresh.pauses_until_s = self._core.clock.now_s + refresh.preferences.get("CheckpointDelay", 3600)
                self.announce(refresh, "Checkpoint Reached")

    def _launch(self, refresh: Refresh) -> None:
        """As many at once as MaxHealthyPercentage allows, at least one, and not past the next checkpoint."""
        group = refresh.group
        most = max(1, group.desired * (refresh.preferences.get("MaxHealthyPercentage", 100) - 100) // 100)
        next_stop = refresh.checkpoints[0] if refresh.checkpoints else 100
        until_stop = math.ceil(refresh.to_update * next_stop / 100) - refresh.replaced
        wanted = min(most, until_stop, len(self._old(refresh))) - group.surge
        for _ in range(wanted):
            group.surge += 1
            if self._groups.attempt(group, refresh.version) is None:
                group.surge -= 1
                break

    def _succeed(self, refresh: Refresh) -> None:
        rolled_back = refresh.status == "RollbackInProgress"
        if refresh.desired and not rolled_back:
            refresh.group.template_version = refresh.desired["LaunchTemplate"]["Version"]
        self.end(refresh, "RollbackSuccessful" if rolled_back else "Successful", refresh.why)

    def end(self, refresh: Refresh, status: str, why: str | None) -> None:
        refresh.status, refresh.why, refresh.ended_at_s = status, why, self._core.clock.now_s
        refresh.group.surge = 0
        words = {"Successful": "Succeeded", "RollbackSuccessful": "Rollback Succeeded"}
        self.announce(refresh, words.get(status, status))

    def _old(self, refresh: Refresh) -> list[Member]:
        return [m for m in refresh.group.staying if m.state == "InService" and not self._is_new(refresh, m)]

    def _is_new(self, refresh: Refresh, member: Member) -> bool:
        """https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh-skip-matching.html."""
        if refresh.preferences.get("SkipMatching") or refresh.status == "RollbackInProgress":
            return member.launched_from == refresh.version
        return member.instance.launched_at_s > refresh.started_at_s

    def announce(self, refresh: Refresh, what: str) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-events.html."""
        group = refresh.group
        self._core.note("instance_refresh", group=group.name, what=what, percent=refresh.percent)
        self._core.emit(
            "aws.autoscaling",
            f"EC2 Auto Scaling Instance Refresh {what}",
            [group.arn],
            {"InstanceRefreshId": refresh.id, "AutoScalingGroupName": group.name},
        )
