"""How Auto Scaling finds out that a member is unhealthy, and replaces it.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.core.core import Core
from simulator.world.core.records import InstanceState
from simulator.world.ec2.instances import Ec2

if TYPE_CHECKING:
    from simulator.world.autoscaling.groups import Groups

HEALTH_CHECK_SECONDS = (20.0, 60.0)


class Health:
    def __init__(self, core: Core, ec2: Ec2, groups: Groups) -> None:
        self._core = core
        self._ec2 = ec2
        self._groups = groups

    def unhealthy(self, member: Member) -> None:
        """What does not run, or whose status checks fail, is unhealthy; Standby instances are not looked at."""
        if not member.healthy or "HealthCheck" in member.group.suspended:
            return
        member.healthy = False
        delay_s = self._core.between(HEALTH_CHECK_SECONDS)
        self._core.clock.after(delay_s, lambda: self._replace(member))

    def look_again(self, group: Group) -> None:
        """After a process was resumed or a zonal shift has ended."""
        for member in list(group.members.values()):
            if not member.healthy:
                self._replace(member)
            elif member.counts and self._fails(member):
                self.unhealthy(member)

    def _fails(self, member: Member) -> bool:
        instance, ec2 = member.instance, self._ec2
        unreachable = instance.zone in ec2.unreachable_zones or instance.id in ec2.impaired
        return instance.going or unreachable or instance.id in ec2.impaired_applications

    def _replace(self, member: Member) -> None:
        """An instance that is not running is unhealthy, and is replaced after the fact.

        "When you don't use Capacity Rebalancing, Amazon EC2 Auto Scaling doesn't replace Spot Instances until after
        the Amazon EC2 Spot service interrupts the instances and their health check fails."
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
        Hooks hold a stopped instance, but not one that EC2 is terminating already.
        """
        group = member.group
        if group.members.get(member.instance.id) is not member or member.standby or self._spared(member):
            return
        if not self._fails(member) and not member.leaving:
            member.healthy = True  # it was started again before anybody looked
            return
        if member.instance.state in (InstanceState.SHUTTING_DOWN, InstanceState.TERMINATED):
            self._groups.remove(member)
        else:
            self._groups.terminate(member, member.instance.cause or "unhealthy")
            self._groups.reconcile(group)

    def _spared(self, member: Member) -> bool:
        """While Terminate is suspended ReplaceUnhealthy is inactive; a zonal shift may ignore the zone's unhealthy ones.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/understand-how-suspending-processes-affects-other-processes.html
        """
        group = member.group
        if not member.leaving and group.suspended.keys() & {"ReplaceUnhealthy", "Terminate"}:
            return True
        shift = group.shift
        return shift is not None and shift.zone == member.instance.zone and group.shifts_by == "IgnoreUnhealthy"
