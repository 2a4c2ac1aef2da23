"""What a person or AWS does with zonal shifts of groups; see docs/simulator.md."""

from __future__ import annotations

from simulator.world.autoscaling.attached_records import ZonalShift
from simulator.world.parts import Parts

LONGEST_SHIFT_S = 3 * 24 * 3600.0


class ShiftActs(Parts):
    def enable_zonal_shift(self, group: str, *, replace_unhealthy: bool = False) -> None:
        """Auto Scaling registers the group with Application Recovery Controller; nothing is shifted yet.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-zonal-shift-enable.html
        """
        self.groups.groups[group].shifts_by = "ReplaceUnhealthy" if replace_unhealthy else "IgnoreUnhealthy"

    def shift_zone(
        self,
        group: str,
        zone: str,
        *,
        replace_unhealthy: bool = False,
        for_s: float = LONGEST_SHIFT_S,
        autoshift: bool = False,
    ) -> None:
        """A zonal shift: nothing is launched in the zone, and its unhealthy instances are ignored, or replaced elsewhere.

        It is enabled before, and stays so. A person's shift expires after `for_s`, at most three days; AWS ends its
        autoshift, which has no expiry, here as well.
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-zonal-shift.html
        https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.how-it-works.html
        """
        if zone not in self.groups.groups[group].zones:
            raise ValueError(f"{group} has no zone {zone}: StartZonalShift would refuse it")
        self.enable_zonal_shift(group, replace_unhealthy=replace_unhealthy)
        shift = ZonalShift(zone, self.clock.now_s, self.clock.now_s + for_s, autoshift)
        self.groups.groups[group].shift = shift
        self.note("zonal_shift", group=group, zone=zone)
        self.clock.after(for_s, lambda: self._expire(group, shift))

    def end_zonal_shift(self, group: str) -> None:
        """Cancelled, or over; zonal shift stays on."""
        record = self.groups.groups[group]
        record.shift = None
        self.note("zonal_shift_ended", group=group)
        self.groups.health.look_again(record)
        self.groups.reconcile(record)

    def _expire(self, group: str, shift: ZonalShift) -> None:
        known = self.groups.groups.get(group)
        if known is not None and known.shift is shift:
            self.end_zonal_shift(group)
