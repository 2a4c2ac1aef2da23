"""What does an event ask for? A trigger: a reason to disrupt one instance, forced or voluntary, with its deadline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import assert_never

from ballast.drain.events import (
    ChangeScheduled,
    ContainerInstanceChanged,
    ContainerInstanceImpaired,
    Event,
    InstanceStateChanged,
    InstanceTerminating,
    Irrelevant,
    RebalanceRecommended,
    SpotInterrupted,
)
from ballast.policy.policy import Policy
from ballast.records.disruption import Reason
from ballast.records.event import Sweep

OUR_HOOK = "ballast-drain"
SPOT_NOTICE = timedelta(minutes=2)
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Trigger:
    """`hook` is the lifecycle action that waits for us; `goes_at` when AWS takes the instance, if it said so."""

    instance_id: str
    reason: Reason
    at: datetime
    deadline: datetime | None = None
    goes_at: datetime | None = None
    forced: bool = True
    hook: InstanceTerminating | None = None


def triggers_of(event: Event, policy: Policy, now: datetime) -> tuple[Trigger, ...]:
    """One trigger for each instance that the event wants disrupted; none for what only makes us look again."""
    match event:
        case SpotInterrupted(instance_id, action, at):
            # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
            goes_at = at if action == "hibernate" else at + SPOT_NOTICE
            return (Trigger(instance_id, Reason.SPOT_INTERRUPTION, at, goes_at, goes_at),)
        case RebalanceRecommended(instance_id, at):
            return (Trigger(instance_id, Reason.REBALANCE_RECOMMENDATION, at, forced=False),)
        case InstanceTerminating(instance_id, _, hook, at):
            if hook != OUR_HOOK:
                return ()
            deadline = at + policy.scale_in_deadline
            return (Trigger(instance_id, Reason.LIFECYCLE_HOOK, at, deadline, hook=event),)
        case ChangeScheduled(instance_ids, _, _, starts_at, is_open, at):
            if not is_open or starts_at <= now:
                return ()
            forced = starts_at - now <= policy.forced_lead
            deadline = min(now + policy.voluntary_deadline, starts_at)
            return tuple(
                Trigger(i, Reason.SCHEDULED_CHANGE, at, deadline, starts_at, forced=forced) for i in instance_ids
            )
        case InstanceStateChanged(instance_id, state, at):
            if state not in ("stopping", "shutting-down"):
                return ()
            return (Trigger(instance_id, Reason.INSTANCE_STOPPING, at, at, at),)
        case ContainerInstanceChanged() | ContainerInstanceImpaired() | Sweep() | Irrelevant():
            return ()
        case _:
            assert_never(event)


def strongest(triggers: tuple[Trigger, ...]) -> Trigger:
    """Several events for one instance make one disruption: forced beats voluntary, then the earliest deadline wins."""
    ranked = sorted(triggers, key=_urgency)
    hook = next((trigger.hook for trigger in ranked if trigger.hook), None)
    return replace(ranked[0], hook=hook, at=min(trigger.at for trigger in triggers))


def _urgency(trigger: Trigger) -> tuple[object, ...]:
    """Tells any two triggers of one instance apart, so that the order in which events arrive does not matter."""
    hook = trigger.hook
    return (
        not trigger.forced,
        trigger.deadline or NEVER,
        trigger.goes_at or NEVER,
        trigger.reason,
        (hook.token is None, hook.token or "", hook.at) if hook else (),
    )
