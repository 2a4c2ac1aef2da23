"""Decide about an instance that its cluster does not list: is it nowhere, somewhere else, or only not seen?

One answer without it is not enough: lists lag, and one that is listed may not be described. Nothing is let go before a
second look, a minute later, has found it in no managed cluster either.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html (eventual consistency)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ballast.drain.end import plan_closed
from ballast.drain.triggers import Trigger
from ballast.facts.view import ABSENT, CONFIRMED_AFTER, View
from ballast.plans.action import Action
from ballast.plans.actions import Claim, ContinueTermination, Record, StartDraining, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.records.disruption import Disruption, Phase
from ballast.words import outcomes as say_how


def plan_held(view: View, trigger: Trigger, wanted: Disruption, now: datetime) -> Plan:
    """For an instance in no managed cluster (it never joined, or left): remember our hook, and look once more."""
    if trigger.hook is None:
        return Plan("the instance belongs to no managed cluster")
    known = view.disruption
    revision = known.revision if known else 0
    held = replace(
        wanted, phase=Phase.DRAINING, tasks_at_start=None, foreign=False, unlisted_since=now, revision=revision
    )
    return Plan("no managed cluster has it: look again before its hook is let go", (Claim(next_revision(held), known),))


def plan_unregistered(view: View, known: Disruption, now: datetime) -> Plan:
    """For one that has no record in any cluster that we know of."""
    if not view.unlisted:
        return Plan("it is not listed, and could not be looked for everywhere")
    if known.unlisted_since is None or now - known.unlisted_since < CONFIRMED_AFTER:
        return Plan("it is not listed: look again before that is believed")
    hook = known.hook
    if hook and not hook.completed:
        release = ContinueTermination(hook.group, hook.name, known.instance_id, hook.token)
        done = next_revision(replace(known, phase=Phase.DRAINED, hook=replace(hook, completed=True)))
        never_joined = known.tasks_at_start is None
        return Plan(
            "no cluster has it, so nothing runs there", (release, Record(known, None if never_joined else done))
        )
    if view.ec2_state in (None, ABSENT, "shutting-down"):
        return Plan("it left the cluster; this closes once EC2 says that it is terminated")
    return plan_closed(view, known, say_how.instance_left(view, known, now), "it left the cluster")


def drain_elsewhere(view: View, known: Disruption) -> tuple[StartDraining, ...]:
    """The instance itself, where it has registered again, perhaps in another managed cluster, after its drain began."""
    if not known.forced or known.foreign or view.stranger:
        return ()
    return tuple(StartDraining(r.cluster, r.arn) for r in view.others if r.agent_connected and r.status == "ACTIVE")


def tell_stranger(view: View, known: Disruption, now: datetime) -> Plan | None:
    """Once: its tasks are not ours to move, and it is held until they have ended."""
    if view.stranger is None or view.stranger == known.stranger or not known.held_by_our_hook:
        return None
    told: tuple[Action, ...] = (Tell(say_how.held_for_stranger(view, known, now)),)
    remembered = next_revision(replace(known, stranger=view.stranger, unlisted_since=None))
    return Plan("a cluster that is not ours has it", (*told, Record(known, remembered)))
