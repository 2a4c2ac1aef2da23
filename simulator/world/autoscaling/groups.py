"""How Auto Scaling keeps a group at its desired capacity."""

from __future__ import annotations

from collections import Counter

from simulator.world.autoscaling.group_events import announce_launch, announce_termination
from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.autoscaling.hooks import Hooks
from simulator.world.core.core import Core
from simulator.world.core.records import Instance, InstanceState
from simulator.world.ec2.instances import Ec2
from simulator.world.ec2.launch_templates import LaunchTemplates

HEALTH_CHECK_SECONDS = (20.0, 60.0)


class Groups:
    def __init__(self, core: Core, ec2: Ec2, templates: LaunchTemplates) -> None:
        self._core = core
        self._ec2 = ec2
        self._templates = templates
        self.groups: dict[str, Group] = {}
        self.hooks = Hooks(core, self._proceed)
        ec2.watchers.append(self._on_instance_state)

    def member(self, instance_id: str) -> Member | None:
        instance = self._ec2.instances.get(instance_id)
        if instance is None or instance.group is None:
            return None
        return self.groups[instance.group].members.get(instance_id)

    def launch(self, group: Group, version: int | None = None, *, already_running: bool = False) -> Member:
        """Launch where the group has the fewest instances (Availability Zone balance).

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html
        `version`: of the launch template, where it is not the one that the group names.
        """
        per_zone = Counter(member.instance.zone for member in group.staying)
        instance = self._ec2.launch(
            group.shape,
            min(group.zones, key=lambda zone: per_zone[zone]),
            cluster=group.cluster,
            group=group.name,
            capacity_provider=group.capacity_provider,
            spot=group.spot,
            tags={**group.tags, "aws:autoscaling:groupName": group.name},
            already_running=already_running,
        )
        state = "InService" if already_running else "Pending"
        member = Member(group, instance, state, group.protects_new_instances)
        if group.template:
            launched = group.template.version(str(version or group.template_version))
            instance.image_id, instance.os = self._templates.image_of(launched), group.os
            member.launched_from = launched.number
        group.members[instance.id] = member
        return member

    def set_desired(self, group: Group, desired: int) -> None:
        group.desired = max(group.minimum, min(group.maximum, desired))
        self.reconcile(group)

    def reconcile(self, group: Group) -> None:
        """Launch what is missing; terminate what is too much, unless it is protected from scale-in.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
        """
        surplus = len(group.staying) - group.desired - group.surge
        for _ in range(-surplus):
            self.launch(group)
        for _ in range(surplus):
            victim = self._victim(group)
            if victim is None:
                return
            self.terminate(victim, "scale_in")

    def terminate(self, member: Member, cause: str) -> None:
        """Begin to terminate a member; its hooks hold it first. Protection is the caller's to respect.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
        """
        if member.leaving:
            return
        member.instance.cause = cause
        member.state = "Terminating"
        self.hooks.hold(member)

    def _victim(self, group: Group) -> Member | None:
        """The default termination policy: the fullest zone, there the oldest instance.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
        """
        per_zone = Counter(member.instance.zone for member in group.staying)
        candidates = [member for member in group.staying if not member.protected]
        return min(
            candidates,
            key=lambda member: (-per_zone[member.instance.zone], member.instance.launched_at_s),
            default=None,
        )

    def _proceed(self, member: Member) -> None:
        member.state = "Terminating:Proceed"
        if member.instance.state is InstanceState.TERMINATED:
            self._remove(member)
        else:
            self._ec2.terminate(member.instance, member.instance.cause)

    def _on_instance_state(self, instance: Instance) -> None:
        member = self.member(instance.id)
        if member is None:
            return
        match instance.state:
            case InstanceState.RUNNING if member.state == "Pending":
                member.state = "InService"
                announce_launch(self._core, member)
            case InstanceState.TERMINATED if member.leaving:
                self._remove(member)
            case _ if instance.going and not member.leaving and member.healthy:
                member.healthy = False
                delay_s = self._core.between(HEALTH_CHECK_SECONDS)
                self._core.clock.after(delay_s, lambda: self._replace(member))
            case _:
                pass

    def _replace(self, member: Member) -> None:
        """An instance that is not running is unhealthy, and is replaced after the fact.

        "When you don't use Capacity Rebalancing, Amazon EC2 Auto Scaling doesn't replace Spot Instances until after
        the Amazon EC2 Spot service interrupts the instances and their health check fails."
        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
        Hooks hold a stopped instance, but not one that EC2 is terminating already.
        """
        if member.instance.state in (InstanceState.SHUTTING_DOWN, InstanceState.TERMINATED):
            self._remove(member)
        else:
            self.terminate(member, member.instance.cause)
            self.reconcile(member.group)

    def _remove(self, member: Member) -> None:
        group = member.group
        if group.members.pop(member.instance.id, None) is None:
            return
        self.hooks.drop(member)
        announce_termination(self._core, member)
        self.reconcile(group)
