"""Instance refresh: a group replaces its instances, launching each new one before it terminates an old one.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
"""

from __future__ import annotations

from typing import Any

from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.autoscaling.groups import Groups
from simulator.world.autoscaling.readings import Readings
from simulator.world.autoscaling.refresh_records import Refresh, specification
from simulator.world.core.core import Core
from simulator.world.core.errors import AwsError

LOOK_SECONDS = 15.0


class InstanceRefreshes:
    """Newest first in `of`. Only MinHealthyPercentage 100 is modelled, which launches before it terminates."""

    def __init__(self, core: Core, groups: Groups, readings: Readings) -> None:
        self._core = core
        self._groups = groups
        self._readings = readings
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
        stops = preferences.get("CheckpointPercentages", [100])
        if preferences.get("SkipMatching") and stops[-1] != 100:
            raise NotImplementedError("AWS does not say whether instances that match count for a part of the group.")
        template = group.template
        assert template is not None  # noqa: S101 - groups that launch Bottlerocket have one
        text = specification(desired)["Version"] if desired else group.template_version
        refresh = Refresh(
            self._core.uuid(), group, template.version(text).number, desired, preferences, self._core.clock.now_s
        )
        group.refreshed_to = refresh.version if desired else None
        refresh.checkpoints = list(preferences.get("CheckpointPercentages", []))
        self.of.setdefault(group.name, []).insert(0, refresh)
        refresh.to_update = len(refresh.old)
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
        refresh.checkpoints, refresh.pauses_until_s, refresh.group.refreshed_to = [], 0.0, None
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
        refresh.to_update = refresh.replaced + len(refresh.old)  # what was pending before may be old now
        self._give_back_what_replaces_nothing(refresh)
        if not group.surge and (not refresh.old or refresh.replaced >= refresh.most):
            self._succeed(refresh)
        elif self._core.clock.now_s >= refresh.pauses_until_s:
            self._launch(refresh)

    def _swap(self, refresh: Refresh) -> None:
        """Terminate an old instance for each new one that is in service and, as it is read here, warm.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
        """
        group = refresh.group
        warm = [m for m in group.staying if m.state == "InService" and self._is_warm(refresh, m)]
        surplus = min(len(warm) - group.desired, group.surge)
        for old in refresh.old[: max(0, surplus)]:
            group.surge -= 1
            refresh.replaced += 1
            self._groups.terminate(old, "instance_refresh")
        if refresh.checkpoints and refresh.replaced >= refresh.next_stop and not group.surge:
            reached = refresh.checkpoints.pop(0)
            if refresh.checkpoints:
                refresh.pauses_until_s = self._core.clock.now_s + refresh.preferences.get("CheckpointDelay", 3600)
            if reached < 100:
                self.announce(refresh, "Checkpoint Reached")

    def _give_back_what_replaces_nothing(self, refresh: Refresh) -> None:
        """What it was launched for has gone by itself, and the group has the size that it wants: a refresh "maintains" it.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
        """
        group = refresh.group
        if group.surge and not refresh.old and all(m.state == "InService" for m in group.staying):
            group.surge = 0
            self._groups.reconcile(group)

    def _is_warm(self, refresh: Refresh, member: Member) -> bool:
        warmup_s = refresh.preferences.get("InstanceWarmup", 0) if self._readings.warm_before_the_old_goes else 0.0
        return not refresh.is_new(member) or self._core.clock.now_s - member.instance.launched_at_s >= warmup_s

    def _launch(self, refresh: Refresh) -> None:
        """As many at once as MaxHealthyPercentage allows, at least one, and not past the next checkpoint."""
        group = refresh.group
        most = max(1, group.desired * (refresh.preferences.get("MaxHealthyPercentage", 100) - 100) // 100)
        wanted = min(most, refresh.next_stop - refresh.replaced, len(refresh.old)) - group.surge
        for _ in range(wanted):
            group.surge += 1
            if self._groups.attempt(group, refresh.version) is None:
                group.surge -= 1
                break

    def _succeed(self, refresh: Refresh) -> None:
        rolled_back = refresh.status == "RollbackInProgress"
        if refresh.desired and not rolled_back:
            refresh.group.template_version = specification(refresh.desired)["Version"]
        self.end(refresh, "RollbackSuccessful" if rolled_back else "Successful", refresh.why)

    def end(self, refresh: Refresh, status: str, why: str | None) -> None:
        refresh.status, refresh.why, refresh.ended_at_s = status, why, self._core.clock.now_s
        refresh.group.surge, refresh.group.refreshed_to = 0, None
        words = {"Successful": "Succeeded", "RollbackSuccessful": "Rollback Succeeded"}
        self.announce(refresh, words.get(status, status))

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
