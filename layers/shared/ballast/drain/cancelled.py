"""Decide about a drain for a scheduled change that AWS has called off, or that is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ballast.drain.end import plan_closed
from ballast.drain.events import ChangeScheduled, Event
from ballast.drain.progress import plan_progress
from ballast.drain.survivor import OUT_ALREADY
from ballast.facts.view import View
from ballast.plans.actions import Record
from ballast.plans.plan import Plan, next_revision
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.words import called_off

# One that was left to people is judged again: nothing takes the instance from its tasks any more.
BY_WILL = dict.fromkeys((Phase.DRAINING, Phase.FORCING, Phase.FORCED, Phase.ESCALATED), Phase.DRAINING)
BY_WILL |= {phase: phase for phase in (Phase.CLAIMED, Phase.ROLLING_BACK)}


def is_called_off(known: Disruption, events: Sequence[Event]) -> bool:
    """Whether the change that it is drained for is over. Another one of the same instance says nothing of this one."""
    return any(
        isinstance(e, ChangeScheduled)
        and known.instance_id in e.over
        and (not e.event_arn or known.change in (None, e.event_arn))
        for e in events
    )


def plan_cancelled(view: View, known: Disruption, now: datetime) -> Plan:
    """AWS has called the scheduled change off: what has not begun is forgotten, what has goes on, but by will."""
    if view.is_gone(now) or known.reason is not Reason.SCHEDULED_CHANGE or known.held_by_our_hook:
        return plan_progress(view, now)
    if known.phase is Phase.WAITING or known.foreign:
        return plan_closed(view, known, called_off.change_cancelled(view, known, now), "AWS has called it off")
    phase = BY_WILL.get(known.phase)
    if phase is None or not (known.forced or known.goes_at):
        return plan_progress(view, now)
    by_will = next_revision(replace(known, phase=phase, forced=False, goes_at=None))
    return Plan("AWS has called it off: it goes on by will", (Record(known, by_will, OUT_ALREADY),))
