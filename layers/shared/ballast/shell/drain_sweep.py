"""The minute's round of one cluster: refresh what we know of it, then see to everything that no event announced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ballast.aws import autoscaling, ecs, ecs_clusters
from ballast.aws.ecs import tags
from ballast.aws.ledger import Ledger
from ballast.drain.cluster_status import plan_status
from ballast.drain.events import InstanceTerminating, Survival
from ballast.drain.hook import plan_hooks
from ballast.drain.others import due_agents, due_drains, plan_watches, round_of
from ballast.drain.progress import plan_progress
from ballast.drain.start import plan_start
from ballast.drain.triggers import OUR_HOOK, TO_JUDGE, Need, Trigger, triggers_of
from ballast.facts.group import HELD, WAITS_FOR_ROOT, GroupMembership
from ballast.facts.view import ABSENT, Cluster, ContainerInstance, View
from ballast.plans.plan import Plan, plan_each
from ballast.policy.policy import read_policy
from ballast.records.disruption import Disruption, Phase
from ballast.shell.batch import for_each_cluster
from ballast.shell.execute import Executor
from ballast.shell.look import Observer, view_instances
from ballast.shell.missed import still_ours
from ballast.shell.policy_settings import DrainSettings
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.shell.elsewhere import Elsewhere

REFRESH = timedelta(minutes=15)


def see_clusters(
    ledger: Ledger, names: Sequence[str], now: datetime, known: Mapping[str, Cluster] | None = None
) -> dict[str, Cluster]:
    """The managed clusters as they are now; what is `known` of their parts is looked up every quarter of an hour."""
    known = ledger.clusters() if known is None else known
    found = {raw["clusterName"]: raw for raw in ecs_clusters.managed_clusters(names) if raw.get("status") != "INACTIVE"}
    return {name: _seen(ledger, known.get(name), raw, now) for name, raw in found.items()}


def refresh_registry(ledger: Ledger, names: Sequence[str], now: datetime) -> dict[str, Cluster]:
    """Bring the ledger's list of managed clusters up to date."""
    known = ledger.clusters()
    clusters = see_clusters(ledger, names, now, known)
    for name in sorted(known.keys() - clusters.keys()):
        if kept := still_ours(ledger, known[name], now):
            clusters[name] = kept
        else:
            ledger.remove_cluster(name)
    for name, cluster in clusters.items():
        if cluster != known.get(name):
            ledger.put_cluster(cluster)
    return clusters


def _seen(ledger: Ledger, known: Cluster | None, raw: Mapping[str, Any], now: datetime) -> Cluster:
    cluster = known or Cluster(raw["clusterName"], raw["clusterArn"])
    if cluster.refreshed_at is None or now - cluster.refreshed_at >= REFRESH:
        names = raw.get("capacityProviders", [])
        found = ecs_clusters.providers(cluster.name, names)
        unread = set(names) - {p.name for p in found}  # Fargate's, and those that ECS does not describe for a moment
        providers = (*found, *(p for p in cluster.providers if p.name in unread))
        cluster = replace(
            cluster,
            providers=providers,
            groups=_groups(cluster.name, {p.name: p.group for p in providers}),
            daemon_services=ecs_clusters.daemon_services(cluster.name),
            refreshed_at=now,
        )
    return replace(
        cluster,
        tags=tags(raw),
        policy=read_policy(ledger.defaults, tags(raw)),
        instances=raw.get("registeredContainerInstancesCount", 0),
        status=None if raw.get("status") == "ACTIVE" else raw.get("status"),
        missed_since=None,
    )


def _groups(cluster: str, by_provider: Mapping[str, str | None]) -> tuple[str, ...]:
    """The groups of the capacity providers, and those of instances that joined without one."""
    loose = [i.instance_id for i in ecs.list_instances(cluster) if i.capacity_provider not in by_provider]
    found = {m.group for m in autoscaling.memberships(loose).values()} if loose else set()
    return tuple(sorted(found | {group for group in by_provider.values() if group}))


def sweep_clusters(ledger: Ledger, executor: Executor, settings: DrainSettings, now: datetime) -> bool:
    """Answer whether all that was to be done in the managed clusters was done."""

    def sweep(cluster: Cluster) -> bool:
        hooks, discover = settings.put_lifecycle_hooks, not settings.dry_run
        return not executor.execute(Sweeper(cluster, ledger, now, put_hooks=hooks, discover=discover).plans()).failed

    clusters = refresh_registry(ledger, settings.managed_clusters, now)
    return all(for_each_cluster(clusters.values(), sweep, "cannot sweep the cluster").values())


@dataclass(frozen=True, slots=True)
class Sweeper:
    """`discover`: take up held instances that no event told us about; off in dry run, where nothing remembers them."""

    cluster: Cluster
    ledger: Ledger
    now: datetime
    put_hooks: bool
    discover: bool

    def plans(self) -> list[Plan]:
        name = self.cluster.name
        disruptions, watches = self.ledger.open(name)
        listed = ecs.list_instances(name, status="DRAINING") + ecs.list_instances(
            name, filter="agentConnected == false"
        )
        members = autoscaling.members(self.cluster.groups) if self.cluster.groups else {}
        held = {i for i, m in members.items() if m.lifecycle_state in HELD} if self.discover else set()
        seen = {i.instance_id for i in listed}
        lost = {i.instance_id for i in listed if not i.agent_connected}  # perhaps connected by another record
        found = ecs.find_instances(name, lost | ((held | {d.instance_id for d in disruptions}) - seen))
        records: dict[str, ContainerInstance] = {i.arn: i for i in (*listed, *found.instances)}
        views = [
            replace(v, membership=members.get(v.instance_id))
            for v in view_instances(self.cluster, records.values(), disruptions)
        ]
        ours = [v for v in views if v.disruption]
        at_work = [v for v in views if v.instance_id in seen and _under_way(v.disruption)]
        watched = [v for v in views if v.instance_id in seen and not _under_way(v.disruption)]
        return [
            *self._progress(ours),
            *self._discovered(views, members, held),
            *plan_status(self.cluster, len(ours), watches, self.now),
            *self._watch(watched, at_work, watches),
            *self._hooks(),
        ]

    def _progress(self, views: Sequence[View]) -> list[Plan]:
        observer = Observer(self.cluster, self.ledger, self.now)
        filled = observer.fill(views, {}, also=frozenset({Need.EC2_STATE, Need.MEMBERSHIP}))
        return plan_each(filled, lambda view, may_begin: plan_progress(view, self.now, may_begin=may_begin))

    def _discovered(self, views: Sequence[View], members: Mapping[str, GroupMembership], held: set[str]) -> list[Plan]:
        """Instances that our hook holds and whose event was lost."""
        unknown = {v.instance_id: v for v in views if v.instance_id in held and not _hooked(v.disruption)}
        missing = held - {v.instance_id for v in views}
        groups = sorted({members[i].group for i in unknown.keys() | missing})
        hooked = {
            hook.group for group in groups for hook in autoscaling.terminating_hooks(group) if hook.name == OUR_HOOK
        }
        triggers = {
            i: self._trigger(i, members[i]) for i in sorted(unknown.keys() | missing) if members[i].group in hooked
        }
        others = self._elsewhere()
        known = others.at_home([unknown[i] for i in triggers if i in unknown])
        filled = Observer(self.cluster, self.ledger, self.now).fill(known, triggers)
        elsewhere = others.views({i: members[i].group for i in triggers if i not in unknown})
        return [plan_start(v, triggers[v.instance_id], self.now) for v in (*filled, *elsewhere)]

    def _elsewhere(self) -> Elsewhere:
        from ballast.shell.elsewhere import Elsewhere  # noqa: PLC0415 - only a sweep needs it, no cold start that drains

        return Elsewhere(self.cluster, self.ledger)

    def _trigger(self, instance_id: str, member: GroupMembership) -> Trigger:
        survives = Survival.ROOT_VOLUME if member.lifecycle_state == WAITS_FOR_ROOT else None
        event = InstanceTerminating(instance_id, member.group, OUR_HOOK, self.now, survives=survives)
        return triggers_of(event, self.cluster.policy, self.now)[0]

    def _watch(self, views: Sequence[View], at_work: Sequence[View], watches: Sequence[Any]) -> list[Plan]:
        observer = Observer(self.cluster, self.ledger, self.now)
        views = self._elsewhere().whole(views, due_agents(self.cluster, watches, self.now))
        states = observer.fill(views, {}, also=frozenset({Need.EC2_STATE}))
        absent = observer.fill([v for v in states if v.ec2_state == ABSENT], {}, also=frozenset({Need.MEMBERSHIP}))
        due = due_drains(self.cluster, watches, self.now)
        told = observer.fill([v for v in states if v.instance_id in due], {}, also=TO_JUDGE)
        filled = tuple({v.instance_id: v for v in (*states, *told, *absent)}.values())
        return list(plan_watches(round_of(self.cluster, filled, tuple(watches), at_work), self.now))

    def _hooks(self) -> list[Plan]:
        """Right after the registry was refreshed, so once in a quarter of an hour."""
        if not (self.put_hooks and self.cluster.groups) or self.cluster.refreshed_at != self.now:
            return []
        hooks = [hook for group in self.cluster.groups for hook in autoscaling.terminating_hooks(group)]
        return list(plan_hooks(self.cluster, autoscaling.group_tags(self.cluster.groups), hooks, self.now))


def _under_way(disruption: Disruption | None) -> bool:
    """Whether Ballast is at work on the instance, rather than waiting or remembering."""
    return disruption is not None and disruption.phase not in (Phase.WAITING, Phase.ROLLED_BACK)


def _hooked(disruption: Disruption | None) -> bool:
    return disruption is not None and disruption.hook is not None
