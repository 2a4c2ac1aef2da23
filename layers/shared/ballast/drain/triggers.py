"""What does an event ask for? A trigger: a reason to disrupt one instance, forced or voluntary, with its deadline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
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
from ballast.facts.view import View
from ballast.policy.policy import OnRebalance, Policy, StandaloneTasks
from ballast.records.disruption import TAKEN_BY_EC2, Disruption, Phase, Reason
from ballast.records.event import Sweep
from ballast.value import dataclass

OUR_HOOK = "ballast-drain"
SPOT_NOTICE = timedelta(minutes=2)
# A change that has begun, as AWS says, may come any moment; after a day it has come, or needed no stop.
FIRST_LOOK = timedelta(seconds=45)  # so that one sweep, or more, sees it before the two minutes are over
BEGAN_LATELY = timedelta(days=1)
NEVER = datetime.max.replace(tzinfo=UTC)
YOUNG = timedelta(minutes=2)  # events come within seconds; one that is older may have been overtaken


@dataclass(frozen=True, slots=True)
class Trigger:
    """`hook` is the lifecycle action that waits for us; `goes_at` when AWS takes the instance, if it said so.

    `change` is the event of AWS Health that announced it: its date may be moved.
    """

    instance_id: str
    reason: Reason
    at: datetime
    deadline: datetime | None = None
    goes_at: datetime | None = None
    forced: bool = True
    hook: InstanceTerminating | None = None
    change: str | None = None

    def may_be_over(self, now: datetime) -> bool:
        """Whether it is obeyed only as far as EC2, or its group, agrees now: too old, and past its own deadline."""
        ends = self.goes_at if self.reason in TAKEN_BY_EC2 else None
        return (self.hook is not None or ends is not None) and now > max(self.at + YOUNG, ends or self.at)


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
        case ChangeScheduled(instance_ids, change, _, starts_at, is_open, at):
            if not is_open or (starts_at and now - starts_at > BEGAN_LATELY):
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


def strongest(triggers: tuple[Trigger, ...]) -> Trigger:
    """Several events for one instance make one disruption: forced beats voluntary, then the earliest deadline wins."""
    ranked = sorted((trigger for trigger in triggers if not _was_moved(trigger, triggers)), key=_urgency)
    hook = next((trigger.hook for trigger in ranked if trigger.hook), None)
    return replace(ranked[0], hook=hook, at=min(trigger.at for trigger in ranked))


def _was_moved(trigger: Trigger, among: tuple[Trigger, ...]) -> bool:
    """Whether a later word about the same change is among them."""
    return trigger.change is not None and any(o.change == trigger.change and o.at > trigger.at for o in among)


def _urgency(trigger: Trigger) -> tuple[object, ...]:
    """Tells any two triggers of one instance apart, so that the order in which events arrive does not matter."""
    hook = trigger.hook
    return (
        not trigger.forced,
        trigger.deadline or NEVER,
        trigger.goes_at or NEVER,
        trigger.reason,
        trigger.change or "",
        (hook.token is None, hook.token or "", hook.at) if hook else (),
    )


class Need(StrEnum):
    EC2_STATE = "ec2_state"
    MEMBERSHIP = "membership"
    HOOK = "hook"
    TASKS = "tasks"
    PROTECTION = "protection"  # of the tasks
    SERVICES = "services"  # of the tasks
    NEIGHBOURS = "neighbours"  # all container instances of the cluster, and the budget in flight


TO_JUDGE = frozenset({Need.TASKS, Need.PROTECTION, Need.SERVICES, Need.NEIGHBOURS})
TO_BEGIN_VOLUNTARILY = TO_JUDGE | {Need.MEMBERSHIP}
NOTHING: frozenset[Need] = frozenset()


def needs(view: View, trigger: Trigger | None, now: datetime) -> frozenset[Need]:
    """For `plan_start` when there is a trigger, else for `plan_progress`."""
    if view.instance is not None and view.cluster.managed_by_ecs(view.instance):
        return NOTHING
    known = view.disruption
    if trigger is not None:
        looks = {Need.EC2_STATE, Need.MEMBERSHIP} if trigger.may_be_over(now) else NOTHING
        return _to_start(view, known, trigger) | looks
    if known is None:
        return NOTHING
    return _to_progress(view, known, now)


def _to_start(view: View, known: Disruption | None, trigger: Trigger) -> frozenset[Need]:
    if trigger.hook:
        return frozenset({Need.HOOK})
    if trigger.forced or known is not None:
        return NOTHING
    drains = view.cluster.policy.on_rebalance is OnRebalance.DRAIN
    if trigger.reason is Reason.REBALANCE_RECOMMENDATION and not drains:
        return NOTHING
    return TO_BEGIN_VOLUNTARILY


def _to_progress(view: View, known: Disruption, now: datetime) -> frozenset[Need]:
    overdue = known.outcome_at is not None and now >= known.outcome_at
    match known.phase:
        case Phase.WAITING:
            due = known.retry_at is None or now >= known.retry_at
            return TO_BEGIN_VOLUNTARILY if due else NOTHING
        case Phase.ROLLING_BACK | Phase.FORCING:
            return TO_JUDGE | {Need.MEMBERSHIP}
        case Phase.DRAINED if not known.held_by_our_hook:
            return NOTHING
        case Phase.DRAINING | Phase.FORCED if overdue:
            return TO_JUDGE | {Need.MEMBERSHIP, Need.EC2_STATE}
        case Phase.DRAINING | Phase.FORCED | Phase.ESCALATED | Phase.DRAINED:
            stops = view.cluster.policy.standalone_tasks is StandaloneTasks.STOP
            looks = stops or (view.may_be_empty and not _is_too_early(known, now))
            return frozenset({Need.TASKS, Need.MEMBERSHIP, Need.EC2_STATE}) if looks else NOTHING
        case Phase.CLAIMED | Phase.ROLLED_BACK:
            return NOTHING


def _is_too_early(known: Disruption, now: datetime) -> bool:
    """Nothing waits for what EC2 takes to be empty: while warnings come in, no call is spent on telling that it is."""
    return known.reason in TAKEN_BY_EC2 and not known.held_by_our_hook and now - known.started_at < FIRST_LOOK
