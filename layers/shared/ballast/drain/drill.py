"""A drill: an instance is drained as by any voluntary drain, with its proof and budget, and then set ACTIVE whatever came of it.

It stops no task, takes no scale-in protection away, and waits for no better moment. Each step is one of a drain that the
ledger holds, so a drill that is cut off is ended by the next event or sweep.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.drain.end import fenced, give_back, why_not_back
from ballast.drain.start import begin
from ballast.drain.voluntary import objection
from ballast.facts.last_look import is_unlisted, seen_empty
from ballast.facts.task import TaskKind
from ballast.facts.view import InstanceStatus, View
from ballast.plans.actions import Claim, Record, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.records.disruption import Disruption, Phase
from ballast.words import drill as say

WAITS_FOR = timedelta(minutes=5)  # for its turn; who asked for it looks on


def plan_drill(view: View, known: Disruption, now: datetime, *, may_begin: bool) -> Plan | None:
    """How it begins and ends; None of what it has in common with every drain."""
    if known.phase is Phase.WAITING:
        return _plan_begin(view, known, now, may_begin=may_begin)
    drains = view.instance is not None and view.instance.status is InstanceStatus.DRAINING
    empty = view.empty and not is_unlisted(view, now)
    return _plan_drilled(view, known, now) if known.phase is Phase.DRAINING and drains and empty else None


def _plan_begin(view: View, known: Disruption, now: datetime, *, may_begin: bool) -> Plan:
    """At once, or say why not and forget it."""
    why_not = objection(view, now, known.reason) or _standalone(view)
    if why_not is None and may_begin:
        return begin(view, known, known, now)
    if why_not is None and now - known.started_at < WAITS_FOR:
        return Plan("another drain of this cluster has just begun")
    why_not = why_not or "its turn did not come"
    return fenced(f"no drill: {why_not}", known, Tell(say.drill_refused(view, known, why_not, now)))


def _standalone(view: View) -> str | None:
    """Unlike a drain with a purpose, a drill leaves alone what nothing replaces."""
    group = next((task.group for task in view.left if task.kind is TaskKind.STANDALONE), None)
    return f"a standalone task of {group} runs there, and nothing replaces it" if group else None


def _plan_drilled(view: View, known: Disruption, now: datetime) -> Plan:
    """It is empty, as was to be seen."""
    rolling = next_revision(replace(known, phase=Phase.ROLLING_BACK, emptied_at=now if seen_empty(view) else None))
    plan = plan_drill_over(view, rolling, now)
    return Plan(plan.reason, (Claim(rolling, known), *plan.actions))


def plan_drill_over(view: View, rolling: Disruption, now: datetime) -> Plan:
    """ACTIVE again, unless EC2 or its group takes it. Repeatable: the phase ROLLING_BACK was written before."""
    if why := why_not_back(view):
        return Plan(why)
    stays = not view.leaves_its_group
    told = Tell(say.drill_over(view, rolling, now, serves=stays))
    return Plan("the drill is over", (*give_back(view, rolling, serves=stays), told, Record(rolling, None)))
