"""The imperative shell of drain_instance: look, decide, act, for all events of a batch at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Self

from ballast import clock
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ledger import Ledger
from ballast.drain.asks import triggers_of
from ballast.drain.events import ContainerInstanceChanged, Event, InstanceStateChanged
from ballast.drain.heartbeat import plan_unseen
from ballast.drain.react import react_to, with_news
from ballast.drain.sort_out import About, Sorted, by_instance, home_of, may_be_a_step
from ballast.drain.stale import unlooked
from ballast.drain.start import plan_start
from ballast.drain.triggers import NOTHING, Need, Trigger, strongest
from ballast.facts.view import Cluster, ContainerInstance, View
from ballast.plans.plan import UNDECIDED, Plan, plan_each
from ballast.policy.policy import Policy, defaults_from
from ballast.records.event import Sweep
from ballast.shell.batch import decided, each_apart, for_each_cluster, until_not_raced
from ballast.shell.execute import Executor
from ballast.shell.find import find
from ballast.shell.look import Observer, view_instances
from ballast.shell.perform import performers
from ballast.shell.perform_capacity import LOWERS, RAISES, TERMINATES
from ballast.shell.policy_settings import DrainSettings
from ballast.telemetry import logger
from ballast.value import dataclass


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
        executor = Executor((*performers(ledger), RAISES, LOWERS, TERMINATES), settings.dry_run)
        return cls(settings, defaults, ledger, executor, DeadLetters(settings.dead_letter_queue_url))

    def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """Answer the events that must come again because something about their cluster failed."""
        now = clock.utc_now()
        clusters = self._clusters(now) if by_instance(events) else {}
        self.executor.execute(plan_unseen(events, clusters, now))  # first, as what follows may take all the time
        known = find(self._steps(events, clusters), clusters, self.ledger)
        elsewhere = known.elsewhere
        held = each_apart(
            [*elsewhere], lambda some: self._release({i: elsewhere[i] for i in some}, clusters, now), "cannot let go"
        )
        again = [*known.unsure, *self._react(known, clusters, now), *(e for i in held for e in elsewhere[i])]
        sweeps = [event for event in events if isinstance(event, Sweep)]
        if sweeps:
            from ballast.shell.rounds import run_sweeps  # noqa: PLC0415 - a cold start for a Spot warning sweeps nothing

            run_sweeps(sweeps, self.ledger, self.executor, self.settings, now)
        return again

    def _steps(self, events: Sequence[Event], clusters: Mapping[str, Cluster]) -> Sequence[Event]:
        """Those for which instances are to be looked at."""
        of_ecs = {(e.cluster, e.instance_id) for e in events if isinstance(e, ContainerInstanceChanged)}
        ours = sorted(pair for pair in of_ecs if pair[0] in clusters)
        known = self.ledger.find(ours) if ours else {}
        return [event for event in events if may_be_a_step(event, clusters, known)]

    def _clusters(self, now: datetime) -> Mapping[str, Cluster]:
        """As the last sweep saw them; before the first sweep of a new deployment, as they are."""
        if known := self.ledger.clusters():
            return known
        from ballast.shell.registry import refresh_registry  # noqa: PLC0415 - only before the first sweep

        return refresh_registry(self.ledger, self.settings.managed_clusters, now).clusters

    def _whole(self, cluster: Cluster, now: datetime) -> Cluster:
        """One that no sweep has looked into yet is looked into now: without its parts nobody knows what is whose."""
        if cluster.refreshed_at:
            return cluster
        from ballast.shell.registry import look_up_parts  # noqa: PLC0415 - only before its first sweep

        return look_up_parts(self.ledger, cluster, now).cluster

    def _react(self, known: Sorted, clusters: Mapping[str, Cluster], now: datetime) -> Sequence[Event]:
        """Plan and act for the instances of each cluster; one in trouble holds up no other."""

        def react(cluster: Cluster) -> Sequence[ContainerInstance]:
            whole = self._whole(cluster, now)
            return each_apart(
                known.by_cluster[cluster.name],
                lambda some: self._act(whole, some, known, now),
                "cannot handle the events of the instances",
            )

        concerned = (clusters[name] for name in known.by_cluster)
        left = for_each_cluster(concerned, react, "cannot handle the cluster's events")
        undone = [found if left[name] is None else left[name] or () for name, found in known.by_cluster.items()]
        return [event for some in undone for i in some for event in known.about[i.instance_id]]

    def _act(
        self, cluster: Cluster, instances: Sequence[ContainerInstance], known: Sorted, now: datetime
    ) -> Sequence[ContainerInstance]:
        """Answer the instances that could not be dealt with."""
        failed: set[str] = set()
        by_id = {i.instance_id: i for i in instances}

        def step(some: Sequence[ContainerInstance]) -> Sequence[ContainerInstance]:
            sees_all = self.settings.sees_all
            views, plans, unsure = plan_reactions(cluster, self.ledger, some, known, now, sees_all=sees_all)
            result = self.executor.execute(plans)
            failed.update(v.instance_id for n, v in enumerate(views) if n in result.failed or plans[n] is UNDECIDED)
            again = {views[n].instance_id for n in result.given_up} | unsure
            return [by_id[i] for i in sorted(again - failed)]

        return [by_id[i] for i in sorted(failed)] if until_not_raced(instances, step) else instances

    def _release(self, about: About, clusters: Mapping[str, Cluster], now: datetime) -> Sequence[str]:
        """Instances of our groups that are in no cluster must not be held for ever; all others are not our business.

        Answers the ids of those that could not be dealt with.
        """
        held: list[tuple[Trigger, Cluster]] = []
        for instance_id, some in about.items():
            triggers = triggers_about(some, instance_id, self.defaults, now)
            hook = next((t.hook for t in triggers if t.hook), None)
            home = home_of(hook.group, hook.cluster, clusters) if hook else None
            if home:
                held.append((strongest(triggers), home))
            else:
                logger.debug("in no managed cluster", instance=instance_id)
        known = self.ledger.find([(home.name, trigger.instance_id) for trigger, home in held])
        views = [View(home, t.instance_id, disruption=known.get(t.instance_id)) for t, home in held]
        plans = [plan_start(view, trigger, now) for view, (trigger, _) in zip(views, held, strict=True)]
        return [held[n][0].instance_id for n in self.executor.execute(plans).failed]


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
    *,
    sees_all: bool,
) -> tuple[list[View], list[Plan], set[str]]:
    """One plan for each view; only one voluntary drain begins in a round. And who could not be looked at, though one must."""
    about = known.about
    triggers: Mapping[str, Trigger] = {
        i.instance_id: strongest(found)
        for i in instances
        if (found := triggers_about(about[i.instance_id], i.instance_id, cluster.policy, now))
    }
    cluster, disruptions = ledger.known(cluster, [i.instance_id for i in instances])
    records = (record for i in instances for record in known.seen.records[i.instance_id])
    views = view_instances(cluster, records, disruptions.values())
    if any(trigger.hook for trigger in triggers.values()):
        from ballast.shell.part_of import as_steps  # noqa: PLC0415 - a cold start for a Spot warning asks for no rollout

        triggers = as_steps(triggers, views, ledger.table)
    observer = Observer(cluster, ledger, now, sees_all=sees_all)
    going = [v for v in views if any(isinstance(e, InstanceStateChanged) for e in about[v.instance_id])]
    rest = [v for v in views if v not in going]
    filled = [
        *observer.fill(going, triggers, also=frozenset({Need.EC2_STATE, Need.MEMBERSHIP})),
        *observer.fill(rest, triggers, also=NOTHING),
    ]

    def decide(view: View, may_begin: bool) -> Plan:  # noqa: FBT001 - as plan_each calls it
        some = about[view.instance_id]
        trigger = triggers.get(view.instance_id)
        plan = decided(view.instance_id, lambda: react_to(view, trigger, some, now, may_begin=may_begin), UNDECIDED)
        logger.debug("decided", cluster=cluster.name, instance=view.instance_id, reason=plan.reason)
        return plan if plan is UNDECIDED else with_news(plan, cluster, some, now)

    unsure = {v.instance_id for v in filled if unlooked(v, triggers.get(v.instance_id), now)}
    return filled, plan_each(filled, decide), unsure


def triggers_about(events: Sequence[Event], instance_id: str, policy: Policy, now: datetime) -> tuple[Trigger, ...]:
    found = (t for event in events for t in triggers_of(event, policy, now))
    return tuple(t for t in found if t.instance_id == instance_id)
