"""Instances that live no longer than their group lets them, and who goes first: the old one or the new one.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-maintenance-policy-overview-and-considerations.html
"""

from __future__ import annotations

from functools import partial

from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.autoscaling.groups import Groups
from simulator.world.core.core import Core

LOOKS_EVERY_S = 60.0
PAUSE_S = 300.0  # "usually one at a time, with a pause between"; AWS names no time
HUNDRED_PERCENT = 100


class Lifetimes:
    """One at a time, "protected from scale-in" ones never. By default the old instance goes and then another is launched."""

    def __init__(self, core: Core, groups: Groups) -> None:
        self._core = core
        self._groups = groups
        self._older: dict[str, float] = {}  # seconds that an instance has lived before the story, by group

    def watch(self, group: Group, *, older_by_s: float) -> None:
        self._older[group.name] = older_by_s
        self._later(group, LOOKS_EVERY_S)

    def _later(self, group: Group, delay_s: float) -> None:
        self._core.clock.after(delay_s, partial(self._look, group))

    def _look(self, group: Group) -> None:
        if self._groups.groups.get(group.name) is not group or not group.max_lifetime_s:
            return
        old = self._over(group)
        if (
            old is None
            or "Terminate" in group.suspended
            or len(group.staying) != group.desired + group.surge + group.extra
        ):
            self._later(group, LOOKS_EVERY_S)
            return
        self._core.note("lifetime_over", group=group.name, instance=old.instance.id)
        if group.maintenance is None or group.maintenance[1] <= HUNDRED_PERCENT:
            self._end(group, old)
            return
        group.surge += 1
        newcomer = self._groups.attempt(group)
        if newcomer is None:
            group.surge -= 1
            self._later(group, LOOKS_EVERY_S)
            return
        group.replacing = old
        self._wait(group, old, newcomer)

    def _wait(self, group: Group, old: Member, newcomer: Member) -> None:
        """Launch before terminating: the old one goes once the new one is in service, or stays if that never is."""
        if (
            newcomer.state != "InService"
            and not newcomer.leaving
            and group.members.get(newcomer.instance.id) is newcomer
        ):
            self._core.clock.after(5.0, partial(self._wait, group, old, newcomer))
            return
        group.surge, group.replacing = max(0, group.surge - 1), None
        if newcomer.state == "InService":
            self._end(group, old)
        else:
            self._later(group, LOOKS_EVERY_S)

    def _end(self, group: Group, old: Member) -> None:
        old.why_leaving = old.why_leaving or (
            f"At {self._core.iso(self._core.clock.now_s)[:19]}Z an instance was taken out of service in response to "
            "maximum instance lifetime."  # AWS does not print the words
        )
        self._groups.terminate(old, "lifetime")
        self._groups.reconcile(group)
        self._later(group, PAUSE_S)

    def _over(self, group: Group) -> Member | None:
        """The oldest of those that have lived long enough."""
        limit_s = float(group.max_lifetime_s or 0)
        over = [m for m in group.staying if m.state == "InService" and not m.protected and self._age(m) >= limit_s]
        return min(over, key=lambda m: m.instance.launched_at_s, default=None)

    def _age(self, member: Member) -> float:
        before_s = 0.0 if member.why else self._older.get(member.group.name, 0.0)
        return self._core.clock.now_s - member.instance.launched_at_s + before_s
