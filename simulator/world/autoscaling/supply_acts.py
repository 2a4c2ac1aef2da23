"""What EC2 has to give, how long a launch takes, and how large a group may be; see docs/simulator.md."""

from __future__ import annotations

from simulator.world.autoscaling.group_records import Member
from simulator.world.core.capacity_records import CapacityProvider
from simulator.world.ec2.shortages import MESSAGES, Shortage
from simulator.world.parts import Parts


class SupplyActs(Parts):
    def run_short(
        self,
        instance_type: str | None = None,
        zone: str | None = None,
        market: str | None = None,
        *,
        code: str = "InsufficientInstanceCapacity",
        message: str | None = None,
        for_s: float | None = None,
    ) -> Shortage:
        """EC2 launches no more of the type in the zone and market (`spot`, `on-demand`); None is every one of them.

        `code` is what typed answers have; asynchronous launches have AWS's prose for it, or `message`, only.
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html
        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
        """
        if market not in (None, "spot", "on-demand"):
            raise ValueError(f"{market!r} is no market; known: spot, on-demand")
        short = Shortage(instance_type, zone, market, code, message or MESSAGES.get(code, code))
        self.ec2.shortages.known.append(short)
        self.note("ran_short", instance_type=instance_type, zone=zone, market=market, code=code)
        if for_s is not None:
            self.clock.after(for_s, lambda: self.end_shortage(short))
        return short

    def end_shortage(self, shortage: Shortage | None = None) -> None:
        """There is capacity again: where `run_short` said, or everywhere. The next retry of a group succeeds."""
        known = self.ec2.shortages.known
        known[:] = [short for short in known if shortage is not None and short is not shortage]

    def launches_take(
        self,
        group: str,
        *,
        boot_s: tuple[float, float] | None = None,
        join_s: tuple[float, float] | None = None,
    ) -> None:
        """From now on EC2 takes so long until an instance runs, and its agent until it has registered; None: as usual.

        Both count from the launch. AWS promises no times.
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
        """
        record = self.groups.groups[group]
        record.boot_seconds, record.join_seconds = boot_s, join_s

    def rebalance_zones(self, group: str, *, balanced_only: bool = False) -> None:
        """From now on the group evens its zones, as every group of AWS does while AZRebalance is not suspended.

        `balanced_only`: it tries no other zone than the lightest, even where that has no capacity.
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-availability-zone-balanced.html
        """
        record = self.groups.groups[group]
        record.balanced_only = balanced_only
        self.zone_balance.watch(record)

    def change_limits(self, group: str, *, minimum: int | None = None, maximum: int | None = None) -> None:
        """Other limits; the desired capacity moves into them.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
        """
        record = self.groups.groups[group]
        record.minimum = record.minimum if minimum is None else minimum
        record.maximum = record.maximum if maximum is None else maximum
        why = f"a user request update of AutoScalingGroup constraints to min: {record.minimum}, max: {record.maximum},"
        self.groups.set_desired(record, record.desired, why=why)

    def end_unregistered(self, provider: str, after_s: float = 900.0) -> None:
        """ECS itself ends, through the group, what is in service so long and never registered.

        AWS gives no time, only the right: TerminateInstanceInAutoScalingGroup, since April 2026.
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/document_history.html
        """
        record = self.providers[provider]

        def entered(member: Member) -> None:
            if member.group.name == record.group and member.state == "InService":
                self.clock.after(after_s, lambda: self._end_if_unregistered(record, member))

        self.groups.watchers.append(entered)

    def _end_if_unregistered(self, provider: CapacityProvider, member: Member) -> None:
        if member.instance.id not in provider.cluster.by_ec2_id and not member.leaving and not member.instance.going:
            self.note("ended_unregistered", instance=member.instance.id, provider=provider.name)
            self.groups.terminate(member, "ecs")
            self.groups.reconcile(member.group)
