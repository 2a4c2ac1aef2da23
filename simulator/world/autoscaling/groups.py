"""How Auto Scaling keeps a group at its desired capacity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from simulator.world.autoscaling.causes import desired_changed, shrunk, taken_out
from simulator.world.autoscaling.group_events import announce_return, announce_termination
from simulator.world.autoscaling.group_records import TERMINATING, Group, Member, Passage, Result
from simulator.world.autoscaling.health import Health
from simulator.world.autoscaling.hooks import Hooks
from simulator.world.autoscaling.launching import Launching
from simulator.world.autoscaling.readings import Readings
from simulator.world.autoscaling.service_entry import ServiceEntry
from simulator.world.autoscaling.warm_pools import WarmPools
from simulator.world.core.core import Core
from simulator.world.core.records import Instance, InstanceState
from simulator.world.ec2.instances import Ec2
from simulator.world.ec2.launch_templates import LaunchTemplates


class Groups:
    """Watchers hear of each lifecycle state after it was entered."""

    def __init__(self, core: Core, ec2: Ec2, templates: LaunchTemplates, readings: Readings) -> None:
        self._core = core
        self._ec2 = ec2
        self._readings = readings
        self.groups: dict[str, Group] = {}
        self.watchers: list[Callable[[Member], None]] = []
        self.hooks = Hooks(core, self.enter)
        self.launching = Launching(core, ec2, templates, readings, self.reconcile)
        self.launch, self.attempt = self.launching.launch, self.launching.attempt
        self.warm_pools = WarmPools(ec2, self)
        self.entry = ServiceEntry(core, self)
        self.health = Health(core, ec2, self)
        ec2.watchers.append(self._on_instance_state)

    @property
    def trunking(self) -> bool:
        """What is launched now gets a trunk interface, if its type can have one."""
        return self._ec2.trunking

    def member(self, instance_id: str) -> Member | None:
        instance = self._ec2.instances.get(instance_id)
        group = self.groups.get(instance.group) if instance is not None and instance.group is not None else None
        return group.members.get(instance_id) if group is not None else None

    def enter(self, member: Member, state: str) -> None:
        member.state = state
        self._core.note("lifecycle_state", group=member.group.name, instance=member.instance.id, state=state)
        for watcher in self.watchers:
            watcher(member)

    def set_desired(
        self, group: Group, desired: int, *, why: str = "a user request explicitly set group desired capacity"
    ) -> None:
        before = group.desired
        group.desired = max(group.minimum, min(group.maximum, desired))
        if group.desired != before:
            group.why = desired_changed(self._core, group, before, why)
            group.resized_at_s, group.extra = self._core.clock.now_s, 0
        self.reconcile(group)

    def reconcile(self, group: Group) -> None:
        """Launch what is missing; terminate what is too much, unless it is protected from scale-in.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
        """
        group.extra = max(0, min(group.extra, len(group.staying) - group.desired))
        surplus = len(group.staying) - group.desired - group.surge - group.extra
        for _ in range(-surplus):
            if not self.warm_pools.take(group) and self.attempt(group) is None:
                break
        for _ in range(surplus):
            victim = self._victim(group)
            if victim is None or "Terminate" in group.suspended:
                break
            victim.why_leaving = shrunk(self._core, group, victim.instance.id, before=len(group.staying))
            self.terminate(victim, "scale_in")
        if len(group.staying) == group.desired:
            group.why = ""
        self.warm_pools.fill(group)

    def terminate(self, member: Member, cause: str) -> None:
        """Begin to terminate a member; its hooks hold it first. Protection is the caller's to respect.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
        """
        if member.leaving:
            return
        if member.actions:  # of its launch, which is over
            self.hooks.drop(member)
        member.instance.cause = cause
        member.why_leaving = member.why_leaving or taken_out(self._core, member.instance.id, cause)
        member.changed_at_s = self._core.clock.now_s
        returns = cause == "scale_in" and self.warm_pools.takes_back(member)
        prefix = "Warmed:" if member.warm else ""
        self.enter(member, f"{prefix}Terminating")
        passage = Passage(
            TERMINATING,
            f"{prefix}Terminating:Wait",
            self._returned if returns else self._proceed,
            origin="WarmPool" if prefix else "AutoScalingGroup",
            destination="WarmPool" if returns else "EC2",
        )
        self.hooks.hold(member, passage)

    def abandon(self, member: Member) -> None:
        """A launch that its hook gave up: it is terminated, and another instance is launched."""
        member.instance.cause = "abandoned"
        if self._readings.abandoned_launch_meets_hooks:
            self.terminate(member, "abandoned")
        else:
            self._proceed(member, "ABANDON")
        self.reconcile(member.group)

    def remove(self, member: Member) -> None:
        """The instance has gone."""
        group = member.group
        if group.members.pop(member.instance.id, None) is None:
            return
        self.hooks.drop(member)
        announce_termination(self._core, member)
        self.reconcile(group)

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

    def _proceed(self, member: Member, _result: Result) -> None:
        self.enter(member, f"{'Warmed:' if member.warm else ''}Terminating:Proceed")
        if member.instance.state is InstanceState.TERMINATED:
            self.remove(member)
        else:
            self._ec2.terminate(member.instance, member.instance.cause)

    def _returned(self, member: Member, _result: Result) -> None:
        self.enter(member, "Terminating:Proceed")
        if member.instance.going or member.group.open_pool is None:
            self._proceed(member, "CONTINUE")
            return
        announce_return(self._core, member)
        member.instance.cause = ""
        self.warm_pools.put(member)

    def _on_instance_state(self, instance: Instance) -> None:
        member = self.member(instance.id)
        if member is None:
            return
        match instance.state:
            case InstanceState.RUNNING if member.state in ("Pending", "Warmed:Pending"):
                self.entry.arrived(member)
            case InstanceState.STOPPED if member.warm and not member.leaving:
                self.warm_pools.stopped(member)
            case InstanceState.TERMINATED if member.leaving or member.warm:
                self.remove(member)
            case _ if instance.going and member.counts:
                self.health.unhealthy(member)
            case _:
                pass
