"""The imperative shell of drain_instance: look, decide, act, for all events of a batch at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Self

from ballast import clock
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ledger import Ledger
from ballast.drain.events import (
    ChangeScheduled,
    ContainerInstanceImpaired,
    Event,
    InstanceStateChanged,
    InstanceTerminating,
    Survival,
)
from ballast.drain.progress import plan_cancelled, plan_progress
from ballast.drain.sort_out import About, Sorted, by_instance, home_of
from ballast.drain.stale import overtaken, unlooked
from ballast.drain.start import plan_start
from ballast.drain.triggers import NOTHING, OUR_HOOK, Need, Trigger, strongest, triggers_of
from ballast.facts.view import Cluster, ContainerInstance, View
from ballast.plans.actions import Tell
from ballast.plans.plan import Plan, plan_each
from ballast.policy.policy import Policy, defaults_from
from ballast.records.event import Sweep
from ballast.shell.batch import for_each_cluster, until_not_raced
from ballast.shell.drain_sweep import see_clusters, sweep_clusters
from ballast.shell.execute import Executor
from ballast.shell.find import find
from ballast.shell.look import Observer, view_instances
from ballast.shell.perform import performers
from ballast.shell.policy_settings import DrainSettings
from ballast.telemetry import logger
from ballast.value import dataclass
from ballast.words.watching import instance_impaired
from ballast.words.whereabouts import warm_pool_reuse


@dataclass(frozen=True, slots=True)
class DrainRuntime:
    """Wired once for each execution environment."""

    settings: DrainSettings
    defaults: Policy
    ledger: Ledger
    executor: Executor
    dead_letters: DeadLetters

    @classmethod
    def from_environment(cls) -> Self:
        settings = DrainSettings.from_environment()
        defaults = defaults_from(settings.policy)
        ledger = Ledger(settings.ledger_table, defaults)
        executor = Executor(performers(ledger), settings.dry_run)
        return cls(settings, defaults, ledger, executor, DeadLetters(settings.dead_letter_queue_url))

    def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """Answer the events that must come again because something about their cluster failed."""
        now = clock.utc_now()
        clusters = self._clusters(now) if by_instance(events) else {}
        known = find(events, clusters, self.ledger)
        again = [*known.unsure, *self._react(known, clusters, now), *self._release(known.elsewhere, clusters, now)]
        return [*again, *self._sweep(events, now)]

    def _clusters(self, now: datetime) -> Mapping[str, Cluster]:
        """As the last sweep saw them; before the first sweep of a new deployment, as they are."""
        return self.ledger.clusters() or see_clusters(self.ledger, self.settings.managed_clusters, now)

    def _react(self, known: Sorted, clusters: Mapping[str, Cluster], now: datetime) -> Sequence[Event]:
        """Plan and act for the instances of each cluster."""

        def react(cluster: Cluster) -> bool:
            instances = known.by_cluster[cluster.name]
            return until_not_raced(instances, lambda some: self._act(cluster, some, known, now))

        concerned = (clusters[name] for name in known.by_cluster)
        done = for_each_cluster(concerned, react, "cannot handle the cluster's events")
        undone = (i for name, instances in known.by_cluster.items() if not done[name] for i in instances)
        return [event for i in undone for event in known.about[i.instance_id]]

    def _act(
        self, cluster: Cluster, instances: Sequence[ContainerInstance], known: Sorted, now: datetime
    ) -> Sequence[ContainerInstance] | None:
        """Answer the instances that another function changed in between, or None when a plan failed."""
        views, plans, unsure = plan_reactions(cluster, self.ledger, instances, known, now)
        result = self.executor.execute(plans)
        again = {views[n].instance_id for n in result.given_up} | unsure
        return None if result.failed else [i for i in instances if i.instance_id in again]

    def _release(self, about: About, clusters: Mapping[str, Cluster], now: datetime) -> Sequence[Event]:
        """Instances of our groups that are in no cluster must not be held for ever; all others are not our business."""
        held: list[tuple[Event, Trigger, Cluster]] = []
        for instance_id, some in about.items():
            triggers = triggers_about(some, instance_id, self.defaults, now)
            hook = next((t.hook for t in triggers if t.hook), None)
            home = home_of(hook.group, hook.cluster, clusters) if hook else None
            if hook and home:
                held.append((hook, strongest(triggers), home))
            else:
                logger.debug("in no managed cluster", instance=instance_id)
        if not held:
            return []
        known = self.ledger.find([(home.name, trigger.instance_id) for _, trigger, home in held])
        views = [View(home, t.instance_id, disruption=known.get(t.instance_id)) for _, t, home in held]
        plans = [plan_start(view, trigger, now) for view, (_, trigger, _) in zip(views, held, strict=True)]
        failed = self.executor.execute(plans).failed
        return [held[n][0] for n in failed]

    def _sweep(self, events: Sequence[Event], now: datetime) -> Sequence[Event]:
        sweeps = [event for event in events if isinstance(event, Sweep)]
        swept = not sweeps or sweep_clusters(self.ledger, self.executor, self.settings, now)
        return [] if swept else sweeps


@cache
def runtime() -> DrainRuntime:
    """Made once for each execution environment; `runtime.cache_clear()` forgets it."""
    return DrainRuntime.from_environment()


def plan_reactions(
    cluster: Cluster,
    ledger: Ledger,
    instances: Sequence[ContainerInstance],
    known: Sorted,
    now: datetime,
) -> tuple[list[View], list[Plan], set[str]]:
    """One plan for each view; only one voluntary drain begins in a round. And who could not be looked at, though one must."""
    about = known.about
    triggers = {
        i.instance_id: strongest(found)
        for i in instances
        if (found := triggers_about(about[i.instance_id], i.instance_id, cluster.policy, now))
    }
    disruptions = ledger.find([(cluster.name, i.instance_id) for i in instances])
    records = (record for i in instances for record in known.seen.records[i.instance_id])
    views = view_instances(cluster, records, disruptions.values())
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
        return _with_news(plan, cluster, some, now)

    unsure = {v.instance_id for v in filled if unlooked(v, triggers.get(v.instance_id), now)}
    return filled, plan_each(filled, decide), unsure


def triggers_about(events: Sequence[Event], instance_id: str, policy: Policy, now: datetime) -> tuple[Trigger, ...]:
    found = (t for event in events for t in triggers_of(event, policy, now))
    return tuple(t for t in found if t.instance_id == instance_id)


def _decide(view: View, trigger: Trigger | None, events: Sequence[Event], now: datetime, *, may_begin: bool) -> Plan:
    if trigger is None and view.disruption and any(isinstance(e, ChangeScheduled) and not e.open for e in events):
        return plan_cancelled(view, view.disruption, now)
    gone = view.is_gone(now)
    if trigger is None or gone or (trigger.may_be_over(now) and overtaken(view, trigger)):
        return plan_progress(view, now, may_begin=may_begin)
    return plan_start(view, trigger, now, may_begin=may_begin)


def _with_news(plan: Plan, cluster: Cluster, events: Sequence[Event], now: datetime) -> Plan:
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
