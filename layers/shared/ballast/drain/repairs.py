"""A repair that waits: another instance first, then the proof and the budget of every voluntary drain, and not for ever."""

from __future__ import annotations

from datetime import datetime

from ballast.drain.end import fenced
from ballast.drain.replace_first import plan_first, taken_back
from ballast.drain.unheard import serves_elsewhere
from ballast.drain.voluntary import objection
from ballast.facts.view import View
from ballast.plans.actions import Tell
from ballast.plans.plan import Plan
from ballast.policy.policy import Repair
from ballast.records.disruption import Disruption
from ballast.records.repair import Signal
from ballast.words import repair as say


def plan_waiting_repair(view: View, known: Disruption, now: datetime) -> Plan | None:
    """What comes before its drain; None once that may begin as any voluntary one."""
    policy = view.cluster.policy
    if now - known.started_at > policy.voluntary_deadline:
        given_up = taken_back(known, view.capacity, view.neighbours, now, policy)
        if given_up is None:
            return Plan("it waited too long, and ends once what was launched for it is known, and may be given back")
        why = objection(view, now, known.reason)
        return fenced("it waited too long", known, *given_up, Tell(say.repair_failed(view, known, why, now)))
    if known.retry_at and now < known.retry_at:
        return None
    if policy.repair is not Repair.ON or _is_well(view, known):
        given_back = taken_back(known, view.capacity, view.neighbours, now, policy)
        if given_back is None:
            return Plan("it is to be called off once what was launched for it is known, and may be given back")
        return fenced(
            "its agent is back, or serves another cluster, or its checks pass, or repair is off",
            known,
            *given_back,
            Tell(say.repair_over(view.cluster, known, now)),
        )
    return plan_first(view, known, now)


def _is_well(view: View, known: Disruption) -> bool:
    """As its record shows it now; of the other signals only the next look at everybody tells (`repair.begin`)."""
    back = view.instance is not None and view.instance.agent_connected
    if known.signal == Signal.AGENT_LOST:
        return back or serves_elsewhere(view)
    return known.signal == Signal.IMPAIRED and view.instance is not None and back and not view.instance.impaired
