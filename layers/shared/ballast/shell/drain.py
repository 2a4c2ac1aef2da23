"""The imperative shell of drain_instance: look, decide, act, for all events of a batch at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Self

from ballast import clock
from ballast.aws import ecs
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ledger import Ledger
from ballast.drain.events import Event
from ballast.drain.sort_out import About, Found, Sorted, by_instance, may_be_in, sort_out
from ballast.drain.start import plan_release
from ballast.drain.triggers import strongest
from ballast.facts.cluster import Cluster
from ballast.facts.instance import ContainerInstance
from ballast.plans.plan import Plan
from ballast.policy.policy import Policy, defaults_from
from ballast.records.event import Sweep
from ballast.shell.drain_events import plan_reactions, triggers_about
from ballast.shell.drain_sweep import Sweeper, refresh_registry, see_clusters
from ballast.shell.execute import Executor
from ballast.shell.for_each_cluster import for_each_cluster, until_not_raced
from ballast.shell.perform import performers
from ballast.shell.settings import DrainSettings
from ballast.telemetry import logger


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
        defaults = defaults_from(settings)
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
        if not sweeps:
            return []
        settings = self.settings

        def sweep(cluster: Cluster) -> bool:
            discover = not settings.dry_run
            plans = Sweeper(
                cluster, self.ledger, now, put_hooks=settings.put_lifecycle_hooks, discover=discover
            ).plans()
            return not self.executor.execute(plans).failed

        clusters = refresh_registry(self.ledger, settings.managed_clusters, now)
        swept = for_each_cluster(clusters.values(), sweep, "cannot sweep the cluster")
        return [] if all(swept.values()) else sweeps


@cache
def runtime() -> DrainRuntime:
    """Made once for each execution environment; `runtime.cache_clear()` forgets it."""
    return DrainRuntime.from_environment()
