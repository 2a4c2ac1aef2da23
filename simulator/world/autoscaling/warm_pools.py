"""Warm pools: instances that were initialised beforehand and wait beside the group.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pool-instance-lifecycle.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pools-health-checks-monitor-view-status.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.core.records import InstanceState
from simulator.world.ec2.instances import Ec2

if TYPE_CHECKING:
    from simulator.world.autoscaling.groups import Groups

READY = ("Warmed:Stopped", "Warmed:Hibernated", "Warmed:Running")


class WarmPools:
    def __init__(self, ec2: Ec2, groups: Groups) -> None:
        self._ec2 = ec2
        self._groups = groups

    def size(self, group: Group) -> int:
        """Up to the prepared capacity, which is the group's maximum unless said, and at least the pool's minimum."""
        pool = group.open_pool
        if pool is None:
            return 0
        prepared = group.maximum if pool.most_prepared is None else pool.most_prepared
        return max(pool.minimum, prepared - group.desired, 0)

    def of(self, group: Group) -> list[Member]:
        return [member for member in group.members.values() if member.warm and not member.leaving]

    def fill(self, group: Group) -> None:
        """Launch into the pool what it lacks, terminate what it has too much; one that is deleted goes once it is empty."""
        pool = self.of(group)
        missing = self.size(group) - len(pool)
        for _ in range(missing):
            if self._groups.attempt(group, warm=True) is None:
                return
        if "Terminate" not in group.suspended:
            for member in pool[: max(0, -missing)]:
                self._groups.terminate(member, "warm_pool")
        if group.open_pool is None and not any(member.warm for member in group.members.values()):
            group.warm_pool = None

    def take(self, group: Group) -> Member | None:
        """Scale out: the next instance of the pool that is ready starts and goes into service."""
        if "Launch" in group.suspended:
            return None
        member = next((m for m in self.of(group) if m.state in READY), None)
        if member is None:
            return None
        was_running = member.state == "Warmed:Running"
        member.from_pool = True
        self._groups.enter(member, "Pending")
        if was_running:
            self._groups.entry.arrived(member)
        else:
            self._ec2.start(member.instance)
        return member

    def takes_back(self, member: Member) -> bool:
        pool = member.group.open_pool
        return pool is not None and pool.reuse_on_scale_in and member.healthy and not member.warm

    def put(self, member: Member) -> None:
        """It is running and nothing holds it: stop or hibernate it, unless the pool's instances run."""
        pool = member.group.open_pool
        if pool is None:
            self._groups.terminate(member, "warm_pool")
        elif pool.pool_state == "Running":
            self._groups.enter(member, "Warmed:Running")
        else:
            if not member.warm:
                self._groups.enter(member, "Warmed:Pending")
            self._ec2.stop(member.instance, "warm_pool")

    def stopped(self, member: Member) -> None:
        pool = member.group.open_pool
        if member.instance.state is InstanceState.STOPPED and pool is not None:
            self._groups.enter(member, f"Warmed:{pool.pool_state}")

    def delete(self, group: Group) -> None:
        """Its instances go past their hooks, and the pool with the last of them.

        That it does not wait for them is what ForceDelete asks for:
        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteWarmPool.html
        """
        if group.warm_pool is not None:
            group.warm_pool.pending_delete = True
            self._groups.reconcile(group)
