"""The imperative shell of drain_instance: look, decide, act, for all events of a batch at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Self

from ballast import clock
from ballast.aws import ecs
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ledger import Ledger
from ballast.drain.events import Event, instances_of, may_be_in
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
from ballast.shell.perform import performers
from ballast.shell.settings import DrainSettings
from ballast.telemetry import logger

ROUNDS = 3  # of looking again, when another function changed the ledger in between


@dataclass(frozen=True, slots=True)
class Runtime:
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
        sweeps = [e for e in events if isinstance(e, Sweep)]
        about: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            for instance_id in instances_of(event):
                about[instance_id].append(event)
        clusters = self._clusters(now) if about else {}
        located, unsure = self._located(clusters, about)
        again = [e for i in sorted(unsure) for e in about.pop(i)]
        for cluster, instances in located:
            ids = [i.instance_id for i in instances]
            if not self._handle_cluster(cluster, instances, {i: about.pop(i) for i in ids}, now):
                again += [e for e in events if set(ids) & set(instances_of(e))]
        again += self._release(about, clusters, now)
        if sweeps and not self._sweep(now):
            again += sweeps
        return again

    def _clusters(self, now: datetime) -> Mapping[str, Cluster]:
        """As the last sweep saw them; before the first sweep of a new deployment, as they are."""
        return self.ledger.clusters() or see_clusters(self.ledger, self.settings.managed_clusters, now)

    def _located(
        self, clusters: Mapping[str, Cluster], about: Mapping[str, list[Event]]
    ) -> tuple[list[tuple[Cluster, tuple[ContainerInstance, ...]]], set[str]]:
        """Which instances are container instances of which managed cluster, and of which we could not find out.

        The second kind must not be taken for instances of no cluster: their hooks would be let go.
        """
        missing = set(about)
        unsure: set[str] = set()
        located = []
        for cluster in clusters.values():
            likely = {i for i in missing if may_be_in(cluster.name, about[i])}
            if not likely:
                continue
            try:
                found = ecs.find_instances(cluster.name, likely)
            except Exception:  # noqa: BLE001 - one cluster in trouble must not hold up the others
                logger.exception("cannot look into the cluster", cluster=cluster.name)
                unsure |= likely
                continue
            if found:
                located.append((cluster, found))
                missing -= {i.instance_id for i in found}
        return located, unsure & missing

    def _handle_cluster(
        self,
        cluster: Cluster,
        instances: Sequence[ContainerInstance],
        about: Mapping[str, Sequence[Event]],
        now: datetime,
    ) -> bool:
        """Plan and act for the instances of one cluster; look again at those that another function changed."""
        try:
            for _ in range(ROUNDS):
                views, plans = plan_reactions(cluster, self.ledger, instances, about, now)
                result = self.executor.execute(plans)
                raced = {views[n].instance_id for n in result.given_up}
                if result.failed or not raced:
                    return not result.failed
                instances = [i for i in instances if i.instance_id in raced]
        except Exception:  # noqa: BLE001 - one cluster in trouble must not hold up the others
            logger.exception("cannot handle the cluster's events", cluster=cluster.name)
        return False

    def _release(
        self, about: Mapping[str, Sequence[Event]], clusters: Mapping[str, Cluster], now: datetime
    ) -> Iterable[Event]:
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

    def _sweep(self, now: datetime) -> bool:
        clusters = refresh_registry(self.ledger, self.settings.managed_clusters, now)
        swept = [self._sweep_cluster(cluster, now) for cluster in clusters.values()]
        return all(swept)

    def _sweep_cluster(self, cluster: Cluster, now: datetime) -> bool:
        hooks, dry_run = self.settings.put_lifecycle_hooks, self.settings.dry_run
        try:
            plans = Sweeper(cluster, self.ledger, now, put_hooks=hooks, discover=not dry_run).plans()
            return not self.executor.execute(plans).failed
        except Exception:  # noqa: BLE001 - one cluster in trouble must not hold up the others
            logger.exception("cannot sweep the cluster", cluster=cluster.name)
            return False


@cache
def drain_runtime() -> Runtime:
    """Made once for each execution environment; `drain_runtime.cache_clear()` forgets it."""
    return Runtime.from_environment()
