"""Instance refreshes of strategy ReplaceRootVolume: the instance stays, its root volume is another.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/replace-root-volume.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.world.autoscaling.group_records import LAUNCHING, TERMINATING, Group, Member, Passage, Result
from simulator.world.autoscaling.groups import Groups
from simulator.world.autoscaling.instance_refresh import LOOK_SECONDS, InstanceRefreshes
from simulator.world.autoscaling.readings import Readings
from simulator.world.autoscaling.refresh_records import Refresh
from simulator.world.core.core import Core
from simulator.world.core.errors import AwsError
from simulator.world.core.records import Instance

SWAP_SECONDS = (60.0, 150.0)  # the volume is made, attached and booted from; AWS gives no figures
ACTION = "ReplaceRootVolume"


@dataclass(slots=True)
class Replacement:
    refresh: Refresh
    image_id: str | None
    left: list[Member]
    under_way: list[Member] = field(default_factory=list)


class RootVolumes:
    """One instance after the other. `watchers` hear when an instance's system goes down (False) and is up (True)."""

    def __init__(self, core: Core, groups: Groups, refreshes: InstanceRefreshes, readings: Readings) -> None:
        self._core = core
        self._groups = groups
        self._refreshes = refreshes
        self._readings = readings
        self.watchers: list[Callable[[Instance, bool], None]] = []

    def start(self, group: Group, image_id: str | None) -> Refresh:
        if self._refreshes.current(group.name):
            raise AwsError("InstanceRefreshInProgress", "An Instance Refresh is already in progress.")
        version = group.template.version(group.template_version).number if group.template else 1
        refresh = Refresh(self._core.uuid(), group, version, None, {}, self._core.clock.now_s, strategy=ACTION)
        replacement = Replacement(refresh, image_id, [m for m in group.members.values() if m.state == "InService"])
        refresh.status, refresh.to_update = "InProgress", len(replacement.left)
        self._refreshes.of.setdefault(group.name, []).insert(0, refresh)
        self._refreshes.announce(refresh, "Started")
        self._core.clock.after(LOOK_SECONDS, lambda: self._look(replacement))
        return refresh

    def _look(self, replacement: Replacement) -> None:
        """Cancelled, what is being replaced is still replaced to its end."""
        refresh = replacement.refresh
        replacement.under_way = [m for m in replacement.under_way if _is_member(m) and m.state != "InService"]
        if not replacement.under_way:
            if refresh.status == "Cancelling":
                self._refreshes.end(refresh, "Cancelled", "Cancelled due to user request.")
                return
            if not replacement.left:
                self._refreshes.end(refresh, "Successful", None)
                return
            member = replacement.left.pop(0)
            if _is_member(member) and member.state == "InService":
                replacement.under_way.append(member)
                self._begin(replacement, member)
        self._core.clock.after(LOOK_SECONDS, lambda: self._look(replacement))

    def _begin(self, replacement: Replacement, member: Member) -> None:
        self._groups.enter(member, "ReplacingRootVolume")
        self._groups.hooks.hold(
            member,
            Passage(
                TERMINATING,
                "ReplacingRootVolume:Wait",
                lambda member, result: self._proceed(replacement, member, result),
                destination="AutoScalingGroup",
                action=ACTION,
            ),
        )

    def _proceed(self, replacement: Replacement, member: Member, result: Result) -> None:
        if result == "ABANDON" and self._readings.abandoned_root_terminates:
            self._groups.abandon(member)
            return
        self._groups.enter(member, "ReplacingRootVolume:Proceed")
        self._tell(member, up=False)
        delay_s = self._core.between(SWAP_SECONDS)
        self._core.clock.after(delay_s, lambda: self._replaced(replacement, member))

    def _replaced(self, replacement: Replacement, member: Member) -> None:
        if member.state != "ReplacingRootVolume:Proceed" or member.instance.going:
            return  # it was terminated meanwhile
        member.instance.image_id = replacement.image_id or member.instance.image_id
        replacement.refresh.replaced += 1
        self._core.note("root_volume_replaced", group=member.group.name, instance=member.instance.id)
        self._groups.enter(member, "RootVolumeReplaced")
        self._tell(member, up=True)
        passage = Passage(
            LAUNCHING,
            "Pending:Wait",
            self._in_service,
            destination="AutoScalingGroup",
            action=ACTION,
        )
        self._groups.hooks.hold(member, passage)

    def _in_service(self, member: Member, result: Result) -> None:
        if result == "ABANDON":
            self._groups.abandon(member)
        else:
            self._groups.enter(member, "InService")

    def _tell(self, member: Member, *, up: bool) -> None:
        for watcher in self.watchers:
            watcher(member.instance, up)


def _is_member(member: Member) -> bool:
    """Not one that EC2 has taken meanwhile, or that leaves."""
    return member.instance.id in member.group.members and not member.leaving and not member.instance.going
