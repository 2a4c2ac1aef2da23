"""What follows from the events of one instance, whatever they are? The one door from events to plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ballast.drain.events import ContainerInstanceImpaired, Event, InstanceTerminating, Survival
from ballast.drain.stale import overtaken
from ballast.drain.start import plan_start
from ballast.drain.triggers import OUR_HOOK, Trigger
from ballast.facts.view import Cluster, View
from ballast.plans.actions import Tell
from ballast.plans.plan import Plan
from ballast.words.watching import instance_impaired
from ballast.words.whereabouts import warm_pool_reuse


def react_to(view: View, trigger: Trigger | None, events: Sequence[Event], now: datetime, *, may_begin: bool) -> Plan:
    """Begin or join what the trigger asks for, or take the next step where it asks for nothing that is still to come."""
    over = view.is_gone(now) or (trigger is not None and trigger.may_be_over(now) and overtaken(view, trigger))
    if trigger is not None and not over:
        return plan_start(view, trigger, now, may_begin=may_begin)
    from ballast.drain.cancelled import is_called_off, plan_cancelled  # noqa: PLC0415 - a cold start begins a drain
    from ballast.drain.progress import plan_progress  # noqa: PLC0415 - the same

    if trigger is None and view.disruption and is_called_off(view.disruption, events):
        return plan_cancelled(view, view.disruption, now)
    return plan_progress(view, now, may_begin=may_begin)


def with_news(plan: Plan, cluster: Cluster, events: Sequence[Event], now: datetime) -> Plan:
    """The plan, and what its events say that people must hear whatever is done."""
    told = tuple(
        Tell(instance_impaired(cluster, e.instance_id, e.checks, e.at, now))
        for e in events
        if isinstance(e, ContainerInstanceImpaired)
    ) + tuple(
        Tell(warm_pool_reuse(cluster, e.group, e.at, now))
        for e in events
        if isinstance(e, InstanceTerminating) and e.hook == OUR_HOOK and e.survives is Survival.WARM_POOL
    )
    return Plan(plan.reason, (*plan.actions, *told)) if told else plan
