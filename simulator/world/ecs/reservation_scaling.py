"""Managed scaling in full: a metric a minute, and the target tracking policy that ECS attaches to the group.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-scaling-behavior.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.autoscaling.groups import Groups
from simulator.world.autoscaling.readings import Readings
from simulator.world.core.capacity_records import CapacityProvider, ScalingRules
from simulator.world.core.core import Core
from simulator.world.core.records import ContainerInstance, Status
from simulator.world.ecs.reservation import FROM_ZERO, instances_to_add, least_size, reservation, scaled_in

PERIOD_S = 60.0
LOW_DATAPOINTS = 15  # "15 of 15", which nobody can set: https://github.com/aws/containers-roadmap/issues/1220
LOW_SHARE = 0.9  # of the target, where the low alarm is below it


@dataclass(slots=True)
class _Alarms:
    """What CloudWatch remembers of one provider."""

    low: int = 0  # datapoints in a row below the threshold
    desired: int = 0  # at the last datapoint: whoever raises it restarts the count


class ReservationScaling:
    def __init__(self, core: Core, groups: Groups, readings: Readings) -> None:
        self._core = core
        self._groups = groups
        self._readings = readings

    def watch(self, provider: CapacityProvider) -> None:
        """Begin to publish the metric: from now on a datapoint a minute."""
        group = self._groups.groups.get(provider.group or "")
        if group is not None:
            self._later(provider, _Alarms(desired=group.desired))

    def _later(self, provider: CapacityProvider, alarms: _Alarms) -> None:
        self._core.clock.after(PERIOD_S, partial(self._minute, provider, alarms))

    def _minute(self, provider: CapacityProvider, alarms: _Alarms) -> None:
        group = self._groups.groups.get(provider.group or "")
        rules = provider.scaling
        if group is None or rules is None or provider.cluster.providers.get(provider.name) is not provider:
            return  # the group or the provider has gone
        self._later(provider, alarms)
        running = [member for member in group.staying if member.state == "InService"]
        busy = [member for member in running if self._needed(member)]
        leaving = [m for m in busy if self._readings.draining_leaves_at_once and _draining(m)]
        needed, extra = len(busy), self._extra(provider, group, rules)
        if extra:
            needed = len(running) + extra
        value = reservation(needed, len(running) - len(leaving))
        self._core.note(
            "reservation", provider=provider.name, value=value, needed=needed, running=len(running) - len(leaving)
        )
        provider.reservations.append((self._core.clock.now_s, value))
        if group.ecs_tagged:
            self._protect(provider, busy)
        low = provider.target_capacity * (LOW_SHARE if self._readings.low_alarm_below_target else 1.0)
        alarms.low = 0 if value >= low or group.desired > alarms.desired else alarms.low + 1
        alarms.desired = group.desired
        if "AlarmNotification" in group.suspended or not (group.ecs_tagged or self._readings.untagged_scales_on):
            return
        wanted = least_size(needed, provider.target_capacity) + len(leaving)
        empty = not running and not needed and self._readings.empty_stays_empty
        if value > provider.target_capacity and not empty:
            self._scale_out(provider, group, rules, FROM_ZERO if not running else wanted)
        elif alarms.low >= LOW_DATAPOINTS:
            self._scale_in(provider, group, rules, wanted)
        alarms.desired = max(alarms.desired, group.desired)

    def _scale_out(self, provider: CapacityProvider, group: Group, rules: ScalingRules, wanted: int) -> None:
        """One datapoint is enough, but every instance must have warmed up since the last time.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html (instanceWarmupPeriod)
        """
        now_s = self._core.clock.now_s
        if any(now_s - member.instance.launched_at_s < rules.warmup_s for member in group.staying if member.why):
            return
        to = min(wanted, group.desired + rules.maximum_step, group.maximum)
        if to > group.desired:
            self._set(provider, group, to, "High")

    def _scale_in(self, provider: CapacityProvider, group: Group, rules: ScalingRules, wanted: int) -> None:
        """With managed termination protection only what runs no task loses its protection; else the group chooses.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-termination-protection.html
        """
        to = scaled_in(group.desired, wanted, group.minimum)
        if to >= group.desired:
            return
        if provider.termination_protection and group.ecs_tagged:
            for member in group.staying:
                if not self._needed(member) and not (rules.keeps_daemon_protection and _tasks(member)):
                    member.protected = False
        self._set(provider, group, to, "Low")

    def _set(self, provider: CapacityProvider, group: Group, to: int, alarm: str) -> None:
        name = f"TargetTracking-{group.name}-Alarm{alarm}-{provider.policy[-36:]}"
        why = f"a monitor alarm {name} in state ALARM triggered policy {provider.policy}"
        self._core.note("managed_scaling", provider=provider.name, group=group.name, old=group.desired, new=to)
        self._groups.set_desired(group, to, why=why)

    def _extra(self, provider: CapacityProvider, group: Group, rules: ScalingRules) -> int:
        waiting = [one.spec for one in provider.cluster.waiting.values() if one.provider == provider.name]
        types = group.shapes
        if self._groups.trunking:
            types = tuple(replace(shape, task_enis=shape.trunk_enis or shape.task_enis) for shape in types)
        return instances_to_add(waiting, types, rules, groups_add_up=self._readings.groups_add_up)

    def _needed(self, member: Member) -> bool:
        """It runs a task that no daemon is; an empty one does not count, DRAINING or not.

        https://github.com/aws/containers-roadmap/issues/631
        """
        every = self._readings.launch_type_tasks_hold
        host = _host(member)
        return host is not None and any(
            not task.is_daemon and (every or task.provider is not None) for task in host.unfinished.values()
        )

    def _protect(self, provider: CapacityProvider, busy: list[Member]) -> None:
        if provider.termination_protection:
            for member in busy:
                member.protected = True


def _host(member: Member) -> ContainerInstance | None:
    instance = member.instance
    return instance.cluster.by_ec2_id.get(instance.id) if instance.cluster is not None else None


def _tasks(member: Member) -> bool:
    host = _host(member)
    return host is not None and bool(host.unfinished)


def _draining(member: Member) -> bool:
    host = _host(member)
    return host is not None and host.status is Status.DRAINING
