"""Decide what a trigger does to an instance: begin a disruption, join the one that is there, or wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.drain.begin import begin, wanted_by
from ballast.drain.join import join
from ballast.drain.triggers import Trigger
from ballast.drain.voluntary import objection
from ballast.facts.instance import InstanceStatus
from ballast.facts.view import View
from ballast.plans.actions import Claim, ContinueTermination, Record, Tell
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
            return Plan(
                "rebalance recommendations are only reported here",
                (Tell(say.rebalance_recommended(view, trigger.at)),),
            )
    return plan_voluntary(view, wanted_by(trigger, view), None, now, may_begin=may_begin)


def plan_voluntary(view: View, wanted: Disruption, known: Disruption | None, now: datetime, *, may_begin: bool) -> Plan:
    """Begin a voluntary drain if nothing speaks against it, else keep it WAITING and try again later."""
    why_not = objection(view, now)
    if why_not is None and may_begin:
        return begin(view, wanted, known, now)
    retry_at = now + (RETRY if why_not else timedelta(0))
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
