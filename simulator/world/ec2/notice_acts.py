"""What AWS announces before it takes instances: AWS Health's changes and the ends of capacity reservations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from simulator.world.core.core import arn
from simulator.world.ec2.health import ENTITY_STATUSES
from simulator.world.ec2.instances import instance_arn
from simulator.world.parts import Parts

RETIREMENT = "AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED"
RESERVATION_NOTICE_S = 120.0
BLOCK_NOTICE_S = 600.0
BLOCK_ENDS_S = 2400.0


class NoticeActs(Parts):
    def schedule_retirement(self, instance_ids: Iterable[str], starts_at: datetime, code: str = RETIREMENT) -> str:
        """AWS Health announces it; at `starts_at` EC2 stops what still runs there (the root volume is on EBS).

        The answer is the event's ARN, for `move_change`, `set_change_entity` and `close_change`.
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/schedevents_actions_retire.html
        """
        return self.schedule_change({instance_arn(id_): "PENDING" for id_ in instance_ids}, starts_at, code=code)

    def schedule_change(
        self,
        entities: Mapping[str, str | None],
        starts_at: datetime | None,
        *,
        code: str = RETIREMENT,
        left_out: Iterable[str] = (),
    ) -> str:
        """Any scheduled change: entities as AWS writes them (i-…, h-…, vol-…, an ARN, UNKNOWN), each with its status.

        `left_out`: fields of the event's detail that this one does not have; a status of None is absent.
        https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
        """
        for status in entities.values():
            if status is not None and status not in ENTITY_STATUSES:
                raise ValueError(f"{status!r} is no status of an entity; known: {', '.join(ENTITY_STATUSES)}")
        at = None if starts_at is None else starts_at.isoformat()
        ids = [value.rpartition("/")[2] for value in entities]
        self.note("retirement_scheduled", instances=[id_ for id_ in ids if id_ in self.ec2.instances], starts_at=at)
        return self.scheduled_changes.announce(entities, starts_at, code, frozenset(left_out)).arn

    def move_change(self, event_arn: str, starts_at: datetime) -> None:
        """The same event with another date, which replaces the old one."""
        change = self.scheduled_changes.changes[event_arn]
        change.starts_at = starts_at
        self.scheduled_changes.tell(change)

    def set_change_entity(self, event_arn: str, entity: str, status: str | None) -> None:
        """The same event with another status of one entity, which may be a new one."""
        change = self.scheduled_changes.changes[event_arn]
        change.entities[entity] = status
        self.scheduled_changes.tell(change)

    def close_change(self, event_arn: str) -> None:
        """The same event, closed: nothing of it happens any more."""
        change = self.scheduled_changes.changes[event_arn]
        change.is_closed, change.closed_at = True, self.clock.utc
        self.scheduled_changes.tell(change)

    def warn_capacity_reservation(self, instance_id: str, *, notice_s: float = RESERVATION_NOTICE_S) -> None:
        """The owner of an interruptible Capacity Reservation wants it back: a warning, then termination.

        The page shows `resources` as one text, not as a list.
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-interruptible-cr.html
        """
        instance = self.ec2.instances[instance_id]
        if instance.going:
            return
        self.note("capacity_reservation_warned", instance=instance_id)
        ends_at = self.clock.utc + timedelta(seconds=notice_s)
        self.emit(
            "aws.ec2",
            "EC2 Capacity Reservation Instance Interruption Warning",
            instance_arn(instance_id),
            {
                "instance-id": instance_id,
                "instance-action": "terminate",
                "instance-termination-time": f"{ends_at:%Y-%m-%dT%H:%M:%SZ}",
                "azId": f"use1-az{ord(instance.zone[-1]) - ord('a') + 1}",
            },
        )
        self.clock.after(notice_s, lambda: self.ec2.terminate(instance, "capacity_reservation"))

    def end_capacity_block(self, instance_ids: Iterable[str], reservation_id: str = "cr-0123456789abcdef0") -> None:
        """A Capacity Block ends in 40 minutes: EC2 begins to terminate its instances in 10; no instance is named.

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-blocks-monitor.html
        """
        instances = [self.ec2.instances[instance_id] for instance_id in instance_ids]
        ends_at = self.clock.utc + timedelta(seconds=BLOCK_ENDS_S)
        self.note("capacity_block_ends", instances=[instance.id for instance in instances])
        for instance in instances:
            instance.capacity_reservation = reservation_id
            self.clock.after(BLOCK_NOTICE_S, partial(self.ec2.terminate, instance, "capacity_reservation"))
        self.emit(
            "aws.ec2",
            "Capacity Block Reservation Expiration Warning",
            [arn("ec2", f"capacity-reservation/{reservation_id}")],
            {"capacity-reservation-id": reservation_id, "end-date": f"{ends_at:%Y-%m-%dT%H:%M:%SZ}"},
        )
