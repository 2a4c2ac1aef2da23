"""AZRebalance: a group whose zones became uneven launches in the lightest, then terminates in the heaviest.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html (rebalancing activities)
"""

from __future__ import annotations

from collections import Counter

from simulator.world.autoscaling.causes import at
from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.autoscaling.groups import Groups
from simulator.world.autoscaling.readings import Readings
from simulator.world.core.core import Core

LOOKS_EVERY_S = 60.0  # AWS names no trigger but what makes zones uneven
UNEVEN = 2


class ZoneBalance:
    """Only of groups that are watched, and one instance at a time.

    So a group is at most one above its maximum; AWS allows the larger of that and a tenth.
    """

    def __init__(self, core: Core, groups: Groups, readings: Readings) -> None:
        self._core = core
        self._groups = groups
        self._readings = readings

    def watch(self, group: Group) -> None:
        def look() -> None:
            if self._groups.groups.get(group.name) is group:
                self._look(group)
                self._core.clock.after(LOOKS_EVERY_S, look)

        self._core.clock.after(LOOKS_EVERY_S, look)

    def _look(self, group: Group) -> None:
        if group.balancing is not None:
            self._finish(group, group.balancing)
        elif "AZRebalance" not in group.suspended and len(group.staying) == group.desired + group.surge + group.extra:
            self._begin(group)

    def _begin(self, group: Group) -> None:
        counts = self._counts(group)
        if not counts:  # shifted away from its only zone, of which AWS documents no refusal: none is left to even
            return
        lightest, heaviest = min(counts, key=lambda z: counts[z]), max(counts, key=lambda z: counts[z])
        if counts[heaviest] - counts[lightest] < UNEVEN or self._victim(group, heaviest) is None:
            return
        group.surge += 1
        member = self._groups.attempt(group, zone=lightest)
        if member is None:
            group.surge -= 1
        else:
            member.why = (
                f"{at(self._core)}an instance was launched to balance instances in zones {lightest} with other zones "
                "resulting in more than desired number of instances in the group."
            )
            group.balancing = member
            self._core.note(
                "zones_rebalanced", group=group.name, launched=member.instance.id, zone=member.instance.zone
            )

    def _finish(self, group: Group, newcomer: Member) -> None:
        gone = group.members.get(newcomer.instance.id) is not newcomer or newcomer.leaving
        if not gone and newcomer.state != "InService":
            return
        group.balancing = None
        group.surge = max(0, group.surge - 1)
        counts = self._counts(group)
        victim = None if gone else self._victim(group, max(counts, key=lambda zone: counts[zone]))
        if victim is not None:
            victim.why_leaving = (
                f"{at(self._core)}an instance was taken out of service in response to a difference between desired and "
                f"actual capacity, shrinking the capacity from {len(group.staying)} to {len(group.staying) - 1}."
            )
            self._groups.terminate(victim, "az_rebalance")
        self._groups.reconcile(group)

    def _victim(self, group: Group, zone: str) -> Member | None:
        """The oldest there; whether protection from scale-in spares it is a reading."""
        members = [m for m in group.staying if m.instance.zone == zone and m.state == "InService"]
        if self._readings.rebalance_spares_protected:
            members = [member for member in members if not member.protected]
        return min(members, key=lambda member: member.instance.launched_at_s, default=None)

    def _counts(self, group: Group) -> Counter[str]:
        away_from = group.shift.zone if group.shift else None
        counts = Counter({zone: 0 for zone in group.zones if zone != away_from})
        counts.update(m.instance.zone for m in group.staying if m.instance.zone != away_from)
        return counts
