"""How a group launches: where, from what, and what it does when EC2 refuses.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/CHAP_Troubleshooting.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from simulator.world.autoscaling.attached_records import LaunchFault
from simulator.world.autoscaling.causes import started
from simulator.world.autoscaling.group_events import announce_launch_failure
from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.autoscaling.pools import Pool, pools_in
from simulator.world.autoscaling.readings import Readings
from simulator.world.core.core import Core
from simulator.world.core.errors import AwsError
from simulator.world.ec2.instances import Ec2
from simulator.world.ec2.launch_templates import LaunchTemplates

GIVES_UP_AFTER_S = 24 * 3600.0
FIRST_RETRY_S, LONGEST_RETRY_S = 60.0, 900.0  # AWS says "exponential back-off" and no figures
NO_CAPACITY = LaunchFault(
    "InsufficientInstanceCapacity",
    "We currently do not have sufficient capacity in the Availability Zone you requested. "
    "Our system will be working on provisioning additional capacity.",
)


class Launching:
    def __init__(
        self,
        core: Core,
        ec2: Ec2,
        templates: LaunchTemplates,
        readings: Readings,
        retry: Callable[[Group], None],
    ) -> None:
        self._core = core
        self._readings = readings
        self._ec2 = ec2
        self._templates = templates
        self._retry = retry

    def attempt(
        self, group: Group, version: int | None = None, *, warm: bool = False, zone: str | None = None
    ) -> Member | None:
        """A new member, or None: suspended, waiting for the next retry, or refused by EC2.

        With no capacity in one zone Auto Scaling tries the next one; when none has any, the activity fails.
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html
        `zone`: there or not at all.
        """
        if "Launch" in group.suspended or self._core.clock.now_s < group.retries_at_s:
            return None
        zones = [zone] if zone else self._zones(group)
        pools = [pool for each in zones for pool in self.pools(group, each)]
        possible = next((pool for pool in pools if self.fault(group, pool) is None), None)
        self._tell_zones(group, pools if possible is None else pools[: pools.index(possible)], possible)
        if possible is None:
            self._failed(group, pools[0].zone, self.fault(group, pools[0]) or NO_CAPACITY)
            return None
        try:
            member = self.launch(group, version, pool=possible, warm=warm)
        except AwsError as error:
            self._failed(group, possible.zone, LaunchFault(error.code, error.message))
            return None
        group.failed_launches, group.failing_since_s = 0, None
        return member

    def launch(
        self,
        group: Group,
        version: int | None = None,
        *,
        pool: Pool | None = None,
        warm: bool = False,
        already_running: bool = False,
    ) -> Member:
        """`version`: of the launch template, where it is not the one that the group names.

        During a refresh scale-outs launch "with the desired configuration instead of the group's current settings".
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
        """
        template, image_id = group.template, None
        launched = template.version(str(version or group.refreshed_to or group.template_version)) if template else None
        if launched:
            image_id = group.override_image or self._templates.image_of(launched)
            if group.newcomers == "other_version":
                image_id = self._templates.another(image_id)
        fault = group.newcomers or self._templates.spoiled.get(image_id or "")
        pool = pool or self.pools(group, self._zones(group)[0])[0]
        instance = self._ec2.launch(
            pool.shape,
            pool.zone,
            cluster=None if fault == "never_joins" and not already_running else group.cluster,
            group=group.name,
            capacity_provider=group.capacity_provider,
            spot=pool.spot,
            boot_seconds=group.boot_seconds,
            join_seconds=group.join_seconds,
            tags={**group.tags, "aws:autoscaling:groupName": group.name},
            already_running=already_running,
        )
        state = "InService" if already_running else ("Warmed:Pending" if warm else "Pending")
        member = Member(group, instance, state, group.protects_new_instances)
        if launched:
            instance.image_id, instance.os = image_id, self._templates.kind_of(image_id or "") or group.os
            member.launched_from = launched.number
        if not already_running:
            member.why = started(self._core, group, before=len(group.staying))
            member.changed_at_s = self._core.clock.now_s
        instance.fault = None if already_running else fault
        group.members[instance.id] = member
        return member

    def _zones(self, group: Group) -> list[str]:
        """The zone with the fewest instances first (Availability Zone balance), never the one that is shifted away from.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-zonal-shift.html
        """
        per_zone = Counter(member.instance.zone for member in group.staying)
        away_from = group.shift.zone if group.shift else None
        zones = [zone for zone in group.zones if zone != away_from] or list(group.zones)
        if group.balanced_only:
            zones = [zone for zone in zones if per_zone[zone] == min(per_zone[each] for each in zones)]
        return sorted(zones, key=lambda zone: per_zone[zone])

    def pools(self, group: Group, zone: str) -> list[Pool]:
        """What it would launch next in the zone, the first choice first."""
        return pools_in(group, zone, self._core.rng, self._ec2.prices)

    def fault(self, group: Group, pool: Pool) -> LaunchFault | None:
        fault = group.launch_fault
        if fault is not None and (not fault.zones or pool.zone in fault.zones):
            return fault
        if pool.zone in self._ec2.impaired_zones:
            return NO_CAPACITY
        short = self._ec2.shortages.of(pool.shape.instance_type, pool.zone, pool.market)
        return LaunchFault(short.code, short.message) if short else None

    def _tell_zones(self, group: Group, refused: list[Pool], possible: Pool | None) -> None:
        """Each zone that was tried is an activity that failed: `world.readings.each_zone_fails`; the first is told anyway."""
        zones = {pool.zone: pool for pool in reversed(refused)}
        if possible is not None:
            zones.pop(possible.zone, None)
        told = {refused[0].zone} if refused and possible is None else set()
        for zone in [zone for zone in reversed(zones) if zone not in told and self._readings.each_zone_fails]:
            fault = self.fault(group, zones[zone]) or NO_CAPACITY
            self._core.note("launch_failed", group=group.name, zone=zone, code=fault.code, retry_in_s=0.0)
            announce_launch_failure(self._core, group, zone, fault)

    def _failed(self, group: Group, zone: str, fault: LaunchFault) -> None:
        """The desired capacity stays; whoever asks again meanwhile is told to wait.

        After 24 hours without a launch Auto Scaling suspends the process ("administrative suspension").
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
        """
        delay_s = min(FIRST_RETRY_S * 2**group.failed_launches, LONGEST_RETRY_S)
        group.failed_launches += 1
        group.retries_at_s = self._core.clock.now_s + delay_s
        group.failing_since_s = self._core.clock.now_s if group.failing_since_s is None else group.failing_since_s
        if self._core.clock.now_s - group.failing_since_s >= GIVES_UP_AFTER_S:
            group.suspended["Launch"] = "Auto Scaling suspended at " + self._core.iso(self._core.clock.now_s)[:19] + "Z"
        self._core.note("launch_failed", group=group.name, zone=zone, code=fault.code, retry_in_s=delay_s)
        self._core.clock.after(delay_s, lambda: self._retry(group))
        announce_launch_failure(self._core, group, zone, fault)
