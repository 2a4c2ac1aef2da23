"""Begin a drain: claim it, drain, tell, record."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ballast.drain.hook import held_hook, within_hook
from ballast.drain.triggers import Trigger
from ballast.drain.voluntary import budget_of, out_of_service
from ballast.facts.instance import InstanceStatus
from ballast.facts.view import NOTHING_RUNS, View
from ballast.plans.action import Action
from ballast.plans.actions import Claim, Record, SetScaleInProtection, StartDraining, Tell
from ballast.plans.plan import Plan
from ballast.records.disruption import Disruption, Phase
from ballast.records.revision import next_revision
from ballast.words import drain as say


def wanted_by(trigger: Trigger, view: View) -> Disruption:
    """The disruption that the trigger asks for, before anything else is known of it."""
    membership = view.membership
    return Disruption(
        cluster=view.cluster.name,
        instance_id=view.instance_id,
        reason=trigger.reason,
        phase=Phase.CLAIMED,
        forced=trigger.forced,
        started_at=trigger.at,
        deadline=trigger.deadline,
        goes_at=trigger.goes_at,
        hook=held_hook(view, trigger),
        group=trigger.hook.group if trigger.hook else membership.group if membership else None,
        foreign=view.instance is not None and view.instance.status is InstanceStatus.DRAINING,
        tasks_at_start=view.counted_tasks,
    )


def begin(view: View, wanted: Disruption, known: Disruption | None, now: datetime) -> Plan:
    """Claim, drain, tell, record. The claim comes first: a drain that the ledger does not know would look foreign."""
    instance = view.instance
    assert instance is not None  # noqa: S101 - callers have checked; says so to the type checker
    membership, policy = view.membership, view.cluster.policy
    unprotect = not wanted.forced and membership is not None and membership.protected_from_scale_in
    deadline = wanted.deadline if wanted.forced else now + policy.voluntary_deadline
    if wanted.hook:
        deadline = within_hook(deadline, wanted.hook)
    if wanted.goes_at and deadline:
        deadline = min(deadline, wanted.goes_at)
    claimed = replace(
        wanted,
        phase=Phase.CLAIMED,
        deadline=deadline,
        retry_at=None,
        foreign=instance.status is InstanceStatus.DRAINING,  # now, not when it began to wait
        tasks_at_start=view.counted_tasks,
        unprotected=unprotect,
        revision=known.revision + 1 if known else 1,
    )
    actions: list[Action] = [
        Claim(claimed, known, budget_of(view), out_of_service(view)) if not wanted.forced else Claim(claimed, known)
    ]
    if instance.status is InstanceStatus.ACTIVE:
        actions.append(StartDraining(instance.cluster, instance.arn))
    if unprotect and membership is not None:
        actions.append(SetScaleInProtection(membership.group, view.instance_id, protected=False))
    if instance.status is InstanceStatus.REGISTERING:
        return Plan("it is still registering and can be drained once it is ACTIVE", tuple(actions))
    draining = next_revision(replace(claimed, phase=Phase.DRAINING))
    silent = instance.status in NOTHING_RUNS or claimed.told_by_rollout
    told = () if silent else (Tell(say.drain_started(view, claimed, now)),)
    actions += [*told, Record(claimed, draining)]
    return Plan(
        f"{wanted.reason.replace('_', ' ')}: {view.counted_tasks} tasks have to move",
        tuple(actions),
    )
