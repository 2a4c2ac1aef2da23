"""A repair that waits: another instance first, then the proof and the budget of every voluntary drain, and not for ever."""

from __future__ import annotations

from datetime import datetime

from ballast.drain.end import fenced
from ballast.drain.replace_first import plan_first, taken_back
from ballast.drain.voluntary import objection
from ballast.facts.view import View
from ballast.plans.actions import Tell
from ballast.plans.plan import Plan
from ballast.records.disruption import Disruption
from ballast.words import repair as say


def plan_waiting_repair(view: View, known: Disruption, now: datetime) -> Plan | None:
    """What comes before its drain; None once that may begin as any voluntary one."""
    if now - known.started_at > view.cluster.policy.voluntary_deadline:
        back = taken_back(known, view.capacity, view.neighbours, now) or ()
        why = objection(view, now, known.reason)
        return fenced("it waited too long", known, *back, Tell(say.repair_failed(view, known, why, now)))
    if known.retry_at and now < known.retry_at:
        return None
    return plan_first(view, known, now)
