"""Scheduled actions of a group; see docs/simulator.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from simulator.world.autoscaling.attached_records import ScheduledAction
from simulator.world.autoscaling.group_records import Group
from simulator.world.parts import Parts

DAY_S = 86_400.0


class ScheduleActs(Parts):
    def schedule_size(
        self,
        group: str,
        name: str,
        starts_at: datetime,
        *,
        desired: int | None = None,
        minimum: int | None = None,
        maximum: int | None = None,
        daily: bool = False,
    ) -> None:
        """At that time, once or `daily`, the group gets another size; of the same name it replaces the one before.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
        """
        record = self.groups.groups[group]
        at_s = self.clock.seconds(starts_at)
        if at_s < self.clock.now_s:
            raise ValueError(f"{starts_at:%Y-%m-%d %H:%M} is in the past")
        self._arm(record, ScheduledAction(name, at_s, desired, minimum, maximum, daily))

    def unschedule_size(self, group: str, name: str) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteScheduledAction.html."""
        self.groups.groups[group].scheduled.pop(name, None)

    def _arm(self, group: Group, action: ScheduledAction) -> None:
        group.scheduled[action.name] = action
        self.clock.at(action.next_at_s, lambda: self._act(group, action))

    def _act(self, group: Group, action: ScheduledAction) -> None:
        """Not while the process ScheduledActions is suspended; a daily one comes again all the same."""
        if group.scheduled.get(action.name) is not action:
            return
        del group.scheduled[action.name]
        if action.daily:
            self._arm(group, replace(action, next_at_s=action.next_at_s + DAY_S))
        if "ScheduledActions" in group.suspended:
            return
        group.minimum = group.minimum if action.minimum is None else action.minimum
        group.maximum = group.maximum if action.maximum is None else action.maximum
        wanted = group.desired if action.desired is None else action.desired
        why = (
            f"a scheduled action update of AutoScalingGroup constraints to min: {group.minimum}, max: {group.maximum}, "
        )
        self.note("scheduled_action", group=group.name, name=action.name, desired=wanted)
        self.groups.set_desired(group, wanted, why=f"{why}desired: {wanted}")
