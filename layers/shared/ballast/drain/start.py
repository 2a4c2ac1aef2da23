"""Decide what a trigger does to an instance: begin a disruption, join the one that is there, or wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.drain.hook import held_hook, within_hook
from ballast.drain.triggers import Trigger
from ballast.drain.voluntary import budget_of, objection, out_of_service
from ballast.facts.instance import InstanceStatus
from ballast.facts.view import NOTHING_RUNS, View
from ballast.plans.action import Action
from ballast.plans.actions import Claim, ContinueTermination, Record, SetScaleInProtection, StartDraining, Tell
from ballast.plans.plan import Plan
from ballast.policy.policy import OnRebalance
from ballast.records.disruption import Disruption, Phase, Reason
from ballast.records.revision import next_revision
from ballast.words import drain as say

RETRY = timedelta(minutes=10)


def plan_release(trigger: Trigger) -> Plan:
    """For an instance of a group of ours that is no container instance (it never joined, or left): nothing to drain."""
    if trigger.hook is None:
        return Plan("the instance belongs to no managed cluster")
    hook = trigger.hook
    return Plan(
        "the instance is not in its cluster, so there is nothing to drain",
        (ContinueTermination(hook.group, hook.hook, hook.instance_id, hook.token),),
    )


def plan_start(view: View, trigger: Trigger, now: datetime, *, may_begin: bool = True) -> Plan:
    """Begin, join or postpone. `may_begin` is false once another voluntary drain began in the same round."""
    known, instance = view.disruption, view.instance
    if instance is None:
        return plan_release(trigger)
    if view.cluster.managed_by_ecs(instance):
        return Plan("ECS Managed Instances drains and replaces its own instances")
    if known is not None and known.phase is not Phase.ROLLED_BACK:
        return _join(view, known, trigger, now)
    if trigger.reason is Reason.INSTANCE_STOPPING and instance.status is not InstanceStatus.ACTIVE:
        return Plan("it goes, and nothing new is placed on it")
    if trigger.forced:
        return begin(view, _disruption(view, trigger), known, now)
    if known is not None:
        return _wait_again(view, trigger, known, now)
    if trigger.reason is Reason.REBALANCE_RECOMMENDATION:
        policy = view.cluster.policy
        if instance.status is InstanceStatus.DRAINING:
            return Plan("somebody else drains it already")
        if policy.on_rebalance is OnRebalance.IGNORE:
            return Plan("rebalance recommendations are ignored here")
        if policy.on_rebalance is OnRebalance.NOTIFY:
            return Plan(
                "rebalance recommendations are only reported here",
                (Tell(say.rebalance_recommended(view, trigger.at)),),
            )
    return plan_voluntary(view, _disruption(view, trigger), None, now, may_begin=may_begin)


def plan_voluntary(view: View, wanted: Disruption, known: Disruption | None, now: datetime, *, may_begin: bool) -> Plan:
    """Begin a voluntary drain if nothing speaks against it, else keep it WAITING and try again later."""
    why_not = objection(view, now)
    if why_not is None and may_begin:
        return begin(view, wanted, known, now)
    retry_at = now + (RETRY if why_not else timedelta(0))
    why_not = why_not or "another drain of this cluster has just begun"
    if known is None:
        waiting = next_revision(wanted, phase=Phase.WAITING, deadline=None, retry_at=retry_at)
        return Plan(
            f"waits: {why_not}",
            (Claim(waiting), Tell(say.drain_waits(view, waiting, why_not, now))),
        )
    return Plan(f"still waits: {why_not}", (Record(known, next_revision(known, retry_at=retry_at)),))


def _wait_again(view: View, trigger: Trigger, rolled_back: Disruption, now: datetime) -> Plan:
    """A date is remembered even so: AWS Health announces it once."""
    why_not = "it was rolled back a short while ago"
    if trigger.goes_at is None:
        return Plan(why_not)
    wanted = replace(_disruption(view, trigger), revision=rolled_back.revision)
    waiting = next_revision(wanted, phase=Phase.WAITING, deadline=None, retry_at=rolled_back.retry_at)
    told = Tell(say.drain_waits(view, waiting, why_not, now))
    return Plan(f"waits: {why_not}", (Claim(waiting, rolled_back), told))


def _disruption(view: View, trigger: Trigger) -> Disruption:
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
        group=_group(view, trigger),
        foreign=view.instance is not None and view.instance.status is InstanceStatus.DRAINING,
        tasks_at_start=view.counted_tasks,
    )


def _group(view: View, trigger: Trigger) -> str | None:
    if trigger.hook:
        return trigger.hook.group
    return view.membership.group if view.membership else None


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
    draining = next_revision(claimed, phase=Phase.DRAINING)
    silent = instance.status in NOTHING_RUNS or claimed.told_by_rollout
    told = () if silent else (Tell(say.drain_started(view, claimed, now)),)
    actions += [*told, Record(claimed, draining)]
    return Plan(
        f"{wanted.reason.replace('_', ' ')}: {view.counted_tasks} tasks have to move",
        tuple(actions),
    )


def _join(view: View, known: Disruption, trigger: Trigger, now: datetime) -> Plan:
    wanted = _disruption(view, trigger)
    if trigger.reason is Reason.INSTANCE_STOPPING and known.phase is not Phase.WAITING:
        return Plan("it goes, as was known")
    if known.phase is Phase.WAITING and trigger.forced:
        return begin(view, wanted, known, now)
    hook = known.hook or wanted.hook
    changes: dict[str, object] = {}
    if hook != known.hook:
        changes["hook"] = hook
        changes["group"] = wanted.group
        if known.forced and hook is not None:
            changes["deadline"] = within_hook(known.deadline, hook)
        if known.phase is Phase.DRAINED:
            changes["phase"] = Phase.DRAINING  # so that it is looked at again before the hook is completed
    if trigger.forced and not known.forced:
        changes |= {"forced": True, "reason": trigger.reason, "deadline": trigger.deadline}
        changes["goes_at"] = trigger.goes_at or known.goes_at
        if known.phase is Phase.ROLLING_BACK:
            changes["phase"] = Phase.CLAIMED  # it goes anyway, so drain it again where it is ACTIVE already
    elif trigger.forced and trigger.deadline and (not known.deadline or trigger.deadline < known.deadline):
        changes |= {"reason": trigger.reason, "deadline": trigger.deadline}
        changes["goes_at"] = trigger.goes_at or known.goes_at
    elif not known.forced and trigger.goes_at and (not known.goes_at or trigger.goes_at < known.goes_at):
        changes |= {"reason": trigger.reason, "goes_at": trigger.goes_at}
    if not changes:
        return Plan(f"it is known already and {known.phase.replace('_', ' ')}")
    joined = next_revision(known, **changes)
    return Plan(f"{trigger.reason.replace('_', ' ')} joins the drain that runs", (Claim(joined, known),))
