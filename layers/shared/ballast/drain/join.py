"""Decide what a trigger changes in a disruption that waits or runs: the more urgent of the two sets its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ballast.drain.begin import begin, wanted_by
from ballast.drain.hook import within_hook
from ballast.drain.triggers import NEVER, Trigger
from ballast.facts.view import View
from ballast.plans.actions import Claim
from ballast.plans.plan import Plan
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.revision import next_revision


def join(view: View, known: Disruption, trigger: Trigger, now: datetime) -> Plan:
    """A claim that changes what is known, or no action where the trigger says nothing new."""
    if trigger.reason is Reason.INSTANCE_STOPPING and known.phase is not Phase.WAITING:
        return Plan("it is stopping, and its drain is known already")
    wanted = wanted_by(trigger, view)
    if known.phase is Phase.WAITING and wanted.forced:
        return begin(view, wanted, known, now)
    joined = _with_hook_of(wanted, known)
    if _urgency(wanted) < _urgency(known):
        joined = _with_end_of(wanted, joined)
    if joined == known:
        return Plan(f"it is known already and {known.phase.replace('_', ' ')}")
    reason = f"{trigger.reason.replace('_', ' ')} joins the drain that runs"
    return Plan(reason, (Claim(next_revision(joined), known),))


def _with_hook_of(wanted: Disruption, known: Disruption) -> Disruption:
    """The first hook stays. One that joins sets a limit to how long a forced drain may take."""
    if known.hook or not wanted.hook:
        return known
    deadline = within_hook(known.deadline, wanted.hook) if known.forced else known.deadline
    # What was empty is looked at again before the hook is completed.
    phase = Phase.DRAINING if known.phase is Phase.DRAINED else known.phase
    return replace(known, hook=wanted.hook, group=wanted.group, deadline=deadline, phase=phase)


def _with_end_of(wanted: Disruption, known: Disruption) -> Disruption:
    # What was about to be rolled back goes anyway: drain it again where it is ACTIVE already.
    overtakes = wanted.forced and not known.forced and known.phase is Phase.ROLLING_BACK
    return replace(
        known,
        forced=wanted.forced,
        reason=wanted.reason,
        deadline=wanted.deadline if wanted.forced else known.deadline,
        goes_at=wanted.goes_at or known.goes_at,
        phase=Phase.CLAIMED if overtakes else known.phase,
    )


def _urgency(disruption: Disruption) -> tuple[bool, datetime]:
    """The less, the more urgent: forced before voluntary, then by deadline, and by date if nothing forces it."""
    ends = disruption.deadline if disruption.forced else disruption.goes_at
    return not disruption.forced, ends or NEVER
