"""Another instance is launched before an ill one goes, where its group may have one more; and taken back if it is not needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.drain.budget import serves
from ballast.drain.voluntary import hindrance
from ballast.facts.capacity import GroupCapacity
from ballast.facts.view import ContainerInstance, View
from ballast.plans.action import Action
from ballast.plans.actions import Claim
from ballast.plans.capacity_actions import LowerDesired, RaiseDesired, TerminateAndLower
from ballast.plans.plan import Plan, next_revision
from ballast.policy.policy import Policy
from ballast.records.disruption import Disruption

TO_JOIN = timedelta(minutes=15)
ASKED_AGAIN = timedelta(minutes=2)
TRIED_AGAIN = timedelta(minutes=10)  # after what was launched has not come


def plan_first(view: View, known: Disruption, now: datetime) -> Plan | None:
    """None once it may drain: another one has joined, or none may be launched, or none came in time."""
    group = _group(known, view.capacity)
    if group is None:
        return None
    if known.raised_from is None:
        if known.raised_at and now - known.raised_at < TRIED_AGAIN:
            return None
        if not _may_have_one_more(group) or hindrance(view, now, known.reason):
            return None
        raised = next_revision(
            replace(known, raised_from=group.desired, raised_at=now, group_before=tuple(sorted(group.members)))
        )
        return Plan(
            "another one is launched first", (Claim(raised, known), RaiseDesired(group.group, group.desired, 1))
        )
    if _joined(view, known, group):
        return None
    asked_at = known.raised_at or known.started_at
    late = now - asked_at >= TO_JOIN
    if late and (back := taken_back(known, (group,), view.neighbours, now, view.cluster.policy)) is not None:
        alone = next_revision(replace(known, raised_from=None, raised_at=now, group_before=None))
        return Plan("what was launched for it has not joined in time", (Claim(alone, known), *back))
    lost = group.desired == known.raised_from and now - asked_at >= ASKED_AGAIN
    again = (RaiseDesired(group.group, group.desired, 1),) if lost and not late else ()
    return Plan("what was launched for it has not joined yet", again)


def plan_overtaken(view: View, known: Disruption, now: datetime) -> Plan | None:
    """Its group replaces it by itself meanwhile: what was launched for it is one too many."""
    if not known.forced or known.group_before is None:
        return None
    back = taken_back(known, view.capacity, view.neighbours, now, view.cluster.policy)
    alone = next_revision(replace(known, raised_from=None, group_before=None))
    return Plan("its group replaces it by itself", (Claim(alone, known), *back)) if back else None


def taken_back(
    known: Disruption,
    capacity: Sequence[GroupCapacity] | None,
    here: Sequence[ContainerInstance] | None,
    now: datetime,
    policy: Policy,
) -> tuple[Action, ...] | None:
    """What gives back what was launched for it; None while that is on its way. `here`: all that ECS lists, if anybody looked.

    One that has tasks by now, other than of daemons, stays. What nobody tells is waited for, as a read may fail in just the
    round that asks, but for no longer than a repair waits and what it launched may take to join. None as well while a pause
    holds: it takes no capacity away.
    """
    group = _group(known, capacity)
    if known.raised_from is None or known.raised_at is None or known.group_before is None:
        return ()
    patient_until = max(known.raised_at, known.started_at + policy.voluntary_deadline) + TO_JOIN
    unknown = None if now < patient_until else ()
    if group is None:
        return unknown
    if group.desired != known.raised_from + 1:  # somebody else sizes it, unless this was seen before it was raised
        return None if now - known.raised_at < ASKED_AGAIN else ()
    came = sorted(newcomers(known, capacity))
    if not came:
        return (LowerDesired(group.group, known.raised_from),)
    if here is None:
        return unknown
    busy = {each.instance_id for each in here if each.running_tasks + each.pending_tasks and not each.only_daemons}
    idle = [i for i in came if i not in busy]
    if idle and policy.pause(now):
        return None
    return (TerminateAndLower(group.group, idle[0], known.raised_from),) if idle else ()


def newcomers(known: Disruption, capacity: Sequence[GroupCapacity] | None) -> frozenset[str]:
    """Ids of those that came to the group since another was launched for it; none where nobody can tell."""
    group = _group(known, capacity)
    if group is None or known.raised_from is None or known.group_before is None:
        return frozenset()
    return (group.in_service | group.starting) - set(known.group_before)


def _may_have_one_more(group: GroupCapacity) -> bool:
    """Not one that lacks an instance already: what it launches then would be taken for ours."""
    settled = len(group.in_service) + len(group.starting) == group.desired
    room = group.max_size is not None and group.desired < group.max_size
    return room and settled and not (group.launches_suspended or group.operator or group.shared)


def _joined(view: View, known: Disruption, group: GroupCapacity) -> bool:
    came = group.in_service - set(known.group_before or ())
    return any(serves(each) for each in view.neighbours or () if each.instance_id in came)


def _group(known: Disruption, capacity: Sequence[GroupCapacity] | None) -> GroupCapacity | None:
    return next((group for group in capacity or () if group.group == known.group), None)
