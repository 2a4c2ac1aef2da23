"""Decide what a trigger does to an instance: begin a disruption, join the one that is there, or wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.drain.budget import budget_of, out_of_service
from ballast.drain.hook import held_hook, with_hook_of, within_hook
from ballast.drain.triggers import NEVER, Trigger, while_held
from ballast.drain.voluntary import objection
from ballast.facts.view import NOTHING_RUNS, InstanceStatus, View
from ballast.plans.action import Action
from ballast.plans.actions import Claim, Record, SetScaleInProtection, StartDraining, Tell
from ballast.plans.plan import UNDECIDED, Plan, next_revision
from ballast.policy.policy import OnRebalance
from ballast.records.disruption import LONGEST_DRILL, Disruption, Phase, Reason
from ballast.records.kept import BEGUN_UNREAD
from ballast.words import drain as say
from ballast.words import watching

RETRY = timedelta(minutes=10)
RETRY_REPAIR = timedelta(seconds=30)  # so that each sweep looks at it


def plan_start(view: View, trigger: Trigger, now: datetime, *, may_begin: bool = True) -> Plan:
    """Begin, join or postpone. `may_begin` is false once another voluntary drain began in the same round."""
    known, instance = view.disruption, view.instance
    under_way = known is not None and known.phase not in (Phase.ROLLED_BACK, Phase.WAITING)
    if instance is None and not under_way:
        from ballast.drain.unregistered import plan_held  # noqa: PLC0415 - most instances are registered

        return plan_held(view, trigger, wanted_by(trigger, view), now)
    if known is not None and under_way:
        return join(view, known, trigger, now)
    assert instance is not None  # noqa: S101 - one that is under way is joined
    if view.cluster.managed_by_ecs(instance):
        return Plan("ECS Managed Instances drains and replaces its own instances")
    if known is not None and known.phase is not Phase.ROLLED_BACK:
        return join(view, known, trigger, now)
    if trigger.reason is Reason.INSTANCE_STOPPING and instance.status is not InstanceStatus.ACTIVE:
        return Plan("it is stopping, and ECS places nothing new on it already")
    if trigger.forced:
        return begin(view, wanted_by(trigger, view), known, now)
    if known is not None:
        return _wait_again(view, trigger, known, now)
    if trigger.reason is Reason.REBALANCE_RECOMMENDATION:
        policy = view.cluster.policy
        if instance.status is InstanceStatus.DRAINING:
            return Plan("somebody else drains it already")
        if policy.on_rebalance is OnRebalance.IGNORE:
            return Plan("rebalance recommendations are ignored here")
        if policy.on_rebalance is OnRebalance.NOTIFY:
            told = Tell(watching.rebalance_recommended(view, trigger.at))
            return Plan("rebalance recommendations are only reported here", (told,))
    return plan_voluntary(view, wanted_by(trigger, view), None, now, may_begin=may_begin)


def plan_voluntary(view: View, wanted: Disruption, known: Disruption | None, now: datetime, *, may_begin: bool) -> Plan:
    """Begin a voluntary drain if nothing speaks against it, else keep it WAITING and try again later."""
    if known is None and view.instance_id in view.cluster.unread:  # nothing can be remembered, so a date comes again
        return UNDECIDED if wanted.goes_at else Plan(BEGUN_UNREAD)
    why_not = objection(view, now, wanted.reason)
    if why_not is None and may_begin:
        return begin(view, wanted, known, now)
    again = RETRY_REPAIR if wanted.reason is Reason.REPAIR else RETRY
    retry_at = now + (again if why_not else timedelta(0))
    why_not = why_not or "another drain of this cluster has just begun"
    if known is None:
        waiting = next_revision(replace(wanted, phase=Phase.WAITING, deadline=None, retry_at=retry_at))
        return Plan(
            f"waits: {why_not}",
            (Claim(waiting), Tell(say.drain_waits(view, waiting, why_not, now))),
        )
    return Plan(f"still waits: {why_not}", (Record(known, next_revision(replace(known, retry_at=retry_at))),))


def _wait_again(view: View, trigger: Trigger, rolled_back: Disruption, now: datetime) -> Plan:
    """A date is remembered even so: AWS Health announces it once."""
    why_not = "it was rolled back a short while ago"
    if trigger.goes_at is None:
        return Plan(why_not)
    wanted = replace(wanted_by(trigger, view), revision=rolled_back.revision)
    waiting = next_revision(replace(wanted, phase=Phase.WAITING, deadline=None, retry_at=rolled_back.retry_at))
    told = Tell(say.drain_waits(view, waiting, why_not, now))
    return Plan(f"waits: {why_not}", (Claim(waiting, rolled_back), told))


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
        change=trigger.change,
        announced_at=trigger.at if trigger.change else None,
        hook=held_hook(trigger.hook, view.hook_timeout_s) if trigger.hook else None,
        group=trigger.hook.group if trigger.hook else membership.group if membership else None,
        foreign=view.instance is not None and view.instance.status is InstanceStatus.DRAINING,
        tasks_at_start=view.counted_tasks,
        part_of=trigger.part_of,
    )


def begin(view: View, wanted: Disruption, known: Disruption | None, now: datetime) -> Plan:
    """Claim, drain, tell, record. The claim comes first: a drain that the ledger does not know would look foreign."""
    instance = view.instance
    assert instance is not None  # noqa: S101 - callers have checked; says so to the type checker
    membership, policy = view.membership, view.cluster.policy
    drill = wanted.reason is Reason.DRILL
    unprotect = not (wanted.forced or drill or membership is None) and membership.protected_from_scale_in
    longest = min(policy.voluntary_deadline, LONGEST_DRILL) if drill else policy.voluntary_deadline
    deadline = wanted.deadline if wanted.forced else now + longest
    if wanted.hook:
        deadline = within_hook(deadline, wanted.hook)
    if wanted.goes_at and deadline and not wanted.forced:  # a forced one has its deadline from its trigger
        deadline = min(deadline, wanted.goes_at)
    claimed = replace(
        wanted,
        phase=Phase.CLAIMED,
        deadline=deadline,
        retry_at=None,
        foreign=instance.status is InstanceStatus.DRAINING,  # now, not when it began to wait
        tasks_at_start=view.counted_tasks,
        begun_at=now,
        container_instance=instance.arn,
        unprotected=unprotect,
        revision=known.revision + 1 if known else 1,
        set_back=known.set_back if known else None,
        signal=known.signal if known else wanted.signal,
        raised_from=known.raised_from if known else None,
        raised_at=known.raised_at if known else None,
        group_before=known.group_before if known else None,
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
    return Plan(f"{wanted.reason.replace('_', ' ')}: {view.counted_tasks} tasks have to move", tuple(actions))


def join(view: View, known: Disruption, trigger: Trigger, now: datetime) -> Plan:
    """A claim that changes what is known, or no action where the trigger says nothing new."""
    if trigger.reason is Reason.INSTANCE_STOPPING and known.phase is not Phase.WAITING:
        return Plan("it is stopping, and its drain is known already")
    wanted = wanted_by(trigger, view)
    if known.phase is Phase.WAITING and wanted.forced:
        return begin(view, wanted, known, now)
    if known.waits_for(wanted.change):
        if not wanted.announced_after(known):
            return Plan("it is known already and waiting")
        moved = next_revision(replace(known, goes_at=wanted.goes_at, announced_at=wanted.announced_at))
        return Plan("AWS says its change anew, the date may have moved", (Claim(moved, known),))
    joined = with_hook_of(wanted, known)
    if known.forced and known.held_by_our_hook and wanted.forced and not wanted.hook:
        wanted = replace(wanted, deadline=while_held(known.deadline, wanted))
    if _urgency(wanted) < _urgency(known):
        joined = _with_end_of(wanted, joined)
    if joined == known:
        return Plan(f"it is known already and {known.phase.replace('_', ' ')}")
    reason = f"{trigger.reason.replace('_', ' ')} joins the drain that runs"
    return Plan(reason, (Claim(next_revision(joined), known),))


def _with_end_of(wanted: Disruption, known: Disruption) -> Disruption:
    # What was about to be rolled back goes anyway: drain it again where it is ACTIVE already.
    overtakes = wanted.forced and not known.forced and known.phase is Phase.ROLLING_BACK
    return replace(
        known,
        forced=wanted.forced,
        reason=wanted.reason,
        update_waits_since=wanted.started_at if known.told_by_rollout else known.update_waits_since,
        deadline=wanted.deadline if wanted.forced else known.deadline,
        goes_at=wanted.goes_at or known.goes_at,
        change=wanted.change or known.change,
        announced_at=wanted.announced_at or known.announced_at,
        phase=Phase.CLAIMED if overtakes else known.phase,
    )


def _urgency(disruption: Disruption) -> tuple[bool, datetime]:
    """The less, the more urgent: forced before voluntary, then by deadline, and by date if nothing forces it."""
    ends = disruption.deadline if disruption.forced else disruption.goes_at
    return not disruption.forced, ends or NEVER
