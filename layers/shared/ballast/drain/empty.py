"""Decide what follows once an instance is empty: let its hook go, have its group replace it, or tell who waits for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.view import View
from ballast.plans.action import Action
from ballast.plans.actions import Announce, Claim, ContinueTermination, Record, Tell, TerminateInstance
from ballast.plans.plan import Plan, next_revision
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.words import drain as say
from ballast.words import outcomes as say_how

INSTANCE_DRAINED = "Ballast Instance Drained"  # what an update waits for
TERMINATE_AGAIN = timedelta(minutes=10)  # in case the first call was lost
REPLACED = (Reason.SCHEDULED_CHANGE, Reason.REBALANCE_RECOMMENDATION)


def plan_empty(view: View, known: Disruption, now: datetime) -> Plan:
    """Let the hook go, or have the group replace the instance; then wait for EC2 to take it."""
    hook = known.hook
    told: tuple[Action, ...] = () if known.told_by_rollout else (Tell(say.drain_finished(view, known, now)),)
    if hook and not hook.completed:
        # Known to be empty before it is let go: what comes next may be quicker than our record.
        empty = next_revision(replace(known, phase=Phase.DRAINED))
        release = ContinueTermination(hook.group, hook.name, known.instance_id, hook.token)
        done = next_revision(replace(empty, hook=replace(hook, completed=True)))
        return Plan("it is empty", (Claim(empty, known), release, *told, Record(empty, done)))
    membership = view.membership
    if known.foreign:
        return Plan("it is empty, and whoever drains it decides what comes next")
    if known.reason in REPLACED and membership and membership.in_service:
        if known.retry_at and now < known.retry_at:
            return Plan("its group has been told to replace it")
        done = next_revision(
            replace(known, phase=Phase.DRAINED, group=membership.group, retry_at=now + TERMINATE_AGAIN)
        )
        replace_it = TerminateInstance(membership.group, known.instance_id)
        again = known.phase is Phase.DRAINED
        tell = () if again else told
        return Plan("it is empty, so its group replaces it", (replace_it, *tell, Record(known, done)))
    if known.phase is Phase.DRAINED:
        return Plan("it is empty and waits for what comes next")
    if known.reason in REPLACED and membership is None:
        told = (Tell(say_how.drained_outside_group(view, known, now)),)
    if known.told_by_rollout:
        told = (Announce(INSTANCE_DRAINED, {"cluster": known.cluster, "instance": known.instance_id}),)
    return Plan("it is empty", (*told, Record(known, next_revision(replace(known, phase=Phase.DRAINED)))))
