"""The imperative shell of drain_instance: look, decide, act, for all events of a batch at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Self

from ballast import clock
from ballast.aws import ecs
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ledger import Ledger
from ballast.drain.events import ChangeScheduled, ContainerInstanceImpaired, Event, InstanceStateChanged
from ballast.drain.progress import plan_cancelled, plan_progress
from ballast.drain.sort_out import About, Found, Sorted, by_instance, may_be_in, sort_out
from ballast.drain.start import plan_release, plan_start
from ballast.drain.triggers import NOTHING, Need, Trigger, strongest, triggers_of
from ballast.facts.view import Cluster, ContainerInstance, View
from ballast.plans.actions import Tell
from ballast.plans.plan import Plan, plan_each
from ballast.policy.policy import Policy, defaults_from
from ballast.records.event import Sweep
from ballast.shell.batch import for_each_cluster, until_not_raced
from ballast.shell.drain_sweep import see_clusters, sweep_clusters
from ballast.shell.execute import Executor
from ballast.shell.look import Observer, view_instances
from ballast.shell.perform import performers
from ballast.shell.policy_settings import DrainSettings
from ballast.telemetry import logger
from ballast.value import dataclass
from ballast.words.watching import instance_impaired


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
        known = sort_out(events, self._find(events, clusters))
        again = [*known.unsure, *self._react(known, clusters, now), *self._release(known.elsewhere, clusters, now)]
        return [*again, *self._sweep(events, now)]

    def _clusters(self, now: datetime) -> Mapping[str, Cluster]:
        """As the last sweep saw them; before the first sweep of a new deployment, as they are."""
        return self.ledger.clusters() or see_clusters(self.ledger, self.settings.managed_clusters, now)

    def _find(self, events: Sequence[Event], clusters: Mapping[str, Cluster]) -> Found:
        """Which of the instances are container instances of which managed cluster; none is looked for twice."""
        about = by_instance(events)
        missing = set(about)

        def look(cluster: Cluster) -> Sequence[ContainerInstance]:
            likely = {i for i in missing if may_be_in(cluster.name, about[i])}
            found = ecs.find_instances(cluster.name, likely) if likely else ()
            missing.difference_update(i.instance_id for i in found)
            return found

        return for_each_cluster(clusters.values(), look, "cannot look into the cluster")

    def _react(self, known: Sorted, clusters: Mapping[str, Cluster], now: datetime) -> Sequence[Event]:
        """Plan and act for the instances of each cluster."""

        def react(cluster: Cluster) -> bool:
            instances = known.by_cluster[cluster.name]
            return until_not_raced(instances, lambda some: self._act(cluster, some, known.about, now))

        concerned = (clusters[name] for name in known.by_cluster)
        done = for_each_cluster(concerned, react, "cannot handle the cluster's events")
        undone = (i for name, instances in known.by_cluster.items() if not done[name] for i in instances)
        return [event for i in undone for event in known.about[i.instance_id]]

    def _act(
        self, cluster: Cluster, instances: Sequence[ContainerInstance], about: About, now: datetime
    ) -> Sequence[ContainerInstance] | None:
        """Answer the instances that another function changed in between, or None when a plan failed."""
        views, plans = plan_reactions(cluster, self.ledger, instances, about, now)
        result = self.executor.execute(plans)
        raced = {views[n].instance_id for n in result.given_up}
        return None if result.failed else [i for i in instances if i.instance_id in raced]

    def _release(self, about: About, clusters: Mapping[str, Cluster], now: datetime) -> Sequence[Event]:
        """Instances of our groups that are in no cluster must not be held; all others are none of our business."""
        groups = {group for cluster in clusters.values() for group in cluster.groups}
        events: list[Event] = []
        plans: list[Plan] = []
        for instance_id, some in about.items():
            triggers = triggers_about(some, instance_id, self.defaults, now)
            hook = next((t.hook for t in triggers if t.hook), None)
            if hook and (hook.group in groups or hook.cluster in clusters):
                events.append(hook)
                plans.append(plan_release(strongest(triggers)))
            else:
                logger.debug("in no managed cluster", instance=instance_id)
        failed = self.executor.execute(plans).failed if plans else ()
        return [events[n] for n in failed]

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
