"""A trigger: a reason to disrupt one instance, forced or voluntary, with its deadline; and what must be known to obey it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from ballast.facts.view import View
from ballast.policy.policy import OnRebalance, StandaloneTasks
from ballast.records.disruption import TAKEN_BY_EC2, Disruption, PartOf, Phase, Reason
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.drain.events import InstanceTerminating

OUR_HOOK = "ballast-drain"
FIRST_LOOK = timedelta(seconds=45)  # so that one sweep, or more, sees it before the two minutes are over
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
    part_of: PartOf | None = None  # where Ballast asked for it

    def may_be_over(self, now: datetime) -> bool:
        """Whether it is obeyed only as far as EC2, or its group, agrees now: too old, and past its own deadline."""
        ends = self.goes_at if self.reason in TAKEN_BY_EC2 else None
        return (self.hook is not None or ends is not None) and now > max(self.at + YOUNG, ends or self.at)


def strongest(triggers: tuple[Trigger, ...]) -> Trigger:
    """Several events for one instance make one disruption: forced beats voluntary, then the earliest deadline wins."""
    ranked = sorted((trigger for trigger in triggers if not _was_moved(trigger, triggers)), key=_urgency)
    first, held = ranked[0], next((trigger for trigger in ranked if trigger.hook), None)
    deadline = while_held(held.deadline, first) if held else first.deadline
    hook = held.hook if held else None
    return replace(first, hook=hook, deadline=deadline, at=min(trigger.at for trigger in ranked))


def while_held(deadline: datetime | None, other: Trigger | Disruption) -> datetime | None:
    """`deadline`: of a scale-in that our hook holds. Only what EC2 takes itself, by its word, ends it earlier.

    At that deadline tasks may be stopped. What a scheduled change leaves until its date is no such time.
    """
    ends = other.goes_at if other.reason in TAKEN_BY_EC2 else None
    return min(deadline or NEVER, ends) if ends else deadline


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
            if known.forced and known.group_before is not None:  # what was launched for it may be one too many
                return TO_JUDGE | {Need.MEMBERSHIP, Need.EC2_STATE}
            looks = stops or known.signal is not None or (view.may_be_empty and not _is_too_early(known, now))
            return frozenset({Need.TASKS, Need.MEMBERSHIP, Need.EC2_STATE}) if looks else NOTHING
        case Phase.CLAIMED | Phase.ROLLED_BACK:
            return NOTHING


def _is_too_early(known: Disruption, now: datetime) -> bool:
    """Nothing waits for what EC2 takes to be empty: while warnings come in, no call is spent on telling that it is."""
    return known.reason in TAKEN_BY_EC2 and not known.held_by_our_hook and now - known.started_at < FIRST_LOOK
