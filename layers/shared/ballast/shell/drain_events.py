"""Decide on the events about some instances of one cluster, after one look at all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ballast.aws.ledger import Ledger
from ballast.drain.events import ChangeScheduled, ContainerInstanceImpaired, Event, InstanceStateChanged
from ballast.drain.needs import NOTHING, Need
from ballast.drain.progress import plan_cancelled, plan_progress
from ballast.drain.start import plan_start
from ballast.drain.triggers import Trigger, strongest, triggers_of
from ballast.facts.cluster import Cluster
from ballast.facts.instance import ContainerInstance
from ballast.facts.view import View
from ballast.plans.actions import Tell
from ballast.plans.plan import Plan, plan_each
from ballast.policy.policy import Policy
from ballast.shell.look import Observer, view_instances
from ballast.telemetry import logger
from ballast.words.watching import instance_impaired


def plan_reactions(
    cluster: Cluster,
    ledger: Ledger,
    instances: Sequence[ContainerInstance],
    about: Mapping[str, Sequence[Event]],
    now: datetime,
) -> tuple[list[View], list[Plan]]:
    """One plan for each view; only one voluntary drain begins in a round."""
    triggers = {
        i.instance_id: strongest(found)
        for i in instances
        if (found := triggers_about(about[i.instance_id], i.instance_id, cluster.policy, now))
    }
    disruptions = ledger.find([(cluster.name, i.instance_id) for i in instances])
    views = view_instances(cluster, instances, disruptions.values())
    observer = Observer(cluster, ledger, now)
    going = [v for v in views if any(isinstance(e, InstanceStateChanged) for e in about[v.instance_id])]
    rest = [v for v in views if v not in going]
    filled = [
        *observer.fill(going, triggers, also=frozenset({Need.EC2_STATE, Need.MEMBERSHIP})),
        *observer.fill(rest, triggers, also=NOTHING),
    ]

    def decide(view: View, may_begin: bool) -> Plan:  # noqa: FBT001 - as plan_each calls it
        some = about[view.instance_id]
        plan = _decide(view, triggers.get(view.instance_id), some, now, may_begin=may_begin)
        logger.debug("decided", cluster=cluster.name, instance=view.instance_id, reason=plan.reason)
        return _with_impairments(plan, cluster, some, now)

    return filled, plan_each(filled, decide)


def triggers_about(events: Sequence[Event], instance_id: str, policy: Policy, now: datetime) -> tuple[Trigger, ...]:
    found = (t for event in events for t in triggers_of(event, policy, now))
    return tuple(t for t in found if t.instance_id == instance_id)


def _decide(view: View, trigger: Trigger | None, events: Sequence[Event], now: datetime, *, may_begin: bool) -> Plan:
    if trigger is None and view.disruption and any(isinstance(e, ChangeScheduled) and not e.open for e in events):
        return plan_cancelled(view, view.disruption, now)
    gone = view.terminated and view.disruption is not None
    if trigger is None or gone:
        return plan_progress(view, now, may_begin=may_begin)
    return plan_start(view, trigger, now, may_begin=may_begin)


def _with_impairments(plan: Plan, cluster: Cluster, events: Sequence[Event], now: datetime) -> Plan:
    told = tuple(
        Tell(instance_impaired(cluster, e.instance_id, e.checks, e.at, now))
        for e in events
        if isinstance(e, ContainerInstanceImpaired)
    )
    return Plan(plan.reason, (*plan.actions, *told)) if told else plan
