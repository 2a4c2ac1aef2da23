"""What does an event ask for? Its triggers. Apart from them, as an update has triggers and knows no events of drains."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from ballast.drain.events import (
    CapacityInterrupted,
    ChangeScheduled,
    ContainerInstanceChanged,
    ContainerInstanceImpaired,
    Event,
    InstanceStateChanged,
    InstanceTerminating,
    Irrelevant,
    RebalanceRecommended,
    SpotInterrupted,
    Survival,
)
from ballast.drain.triggers import OUR_HOOK, Trigger
from ballast.policy.policy import Policy
from ballast.records.disruption import Reason
from ballast.records.event import Sweep

SPOT_NOTICE = timedelta(minutes=2)
# A change that has begun, as AWS says, may come any moment; after a day it has come, or needed no stop.
BEGAN_LATELY = timedelta(days=1)


def triggers_of(event: Event, policy: Policy, now: datetime) -> tuple[Trigger, ...]:
    """One trigger for each instance that the event wants disrupted; none for what only makes us look again."""
    match _by(now, event):
        case SpotInterrupted(instance_id, action, at):
            # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
            goes_at = at if action == "hibernate" else at + SPOT_NOTICE
            return (Trigger(instance_id, Reason.SPOT_INTERRUPTION, at, goes_at, goes_at),)
        case CapacityInterrupted(instance_id, goes_at, at):
            return (Trigger(instance_id, Reason.CAPACITY_INTERRUPTION, at, goes_at, goes_at),)
        case RebalanceRecommended(instance_id, at):
            return (Trigger(instance_id, Reason.REBALANCE_RECOMMENDATION, at, forced=False),)
        case InstanceTerminating(instance_id, _, hook, at) as held:
            if hook != OUR_HOOK:
                return ()
            deadline = at + policy.scale_in_deadline
            reason = Reason.ROOT_VOLUME if held.survives is Survival.ROOT_VOLUME else Reason.LIFECYCLE_HOOK
            return (Trigger(instance_id, reason, at, deadline, hook=held),)
        case ChangeScheduled(instance_ids, change, _, starts_at, _, at):
            if starts_at and now - starts_at > BEGAN_LATELY:
                return ()
            forced = starts_at is None or starts_at - now <= policy.forced_lead
            deadline = now + policy.voluntary_deadline
            if starts_at and starts_at > now + SPOT_NOTICE:
                deadline = min(deadline, starts_at)
            return tuple(
                Trigger(i, Reason.SCHEDULED_CHANGE, at, deadline, starts_at, forced=forced, change=change or None)
                for i in instance_ids
            )
        case InstanceStateChanged(instance_id, state, at):
            if state not in ("stopping", "shutting-down"):
                return ()
            return (Trigger(instance_id, Reason.INSTANCE_STOPPING, at, at, at),)
        case ContainerInstanceChanged() | ContainerInstanceImpaired() | Sweep() | Irrelevant():
            return ()
        case _:
            assert_never(event)


def _by(now: datetime, event: Event) -> Event:
    """The same, no later than now: a clock elsewhere may be ahead of ours."""
    return event if isinstance(event, Irrelevant) or event.at <= now else replace(event, at=now)
