"""What does rebalancing see of a cluster? Everything at one moment, as far as AWS answers: what it does not tell is unknown.

Its role may ask: ecs Describe* and List*, GetTaskProtection; autoscaling Describe*; ec2 DescribeInstances, -InstanceTypes,
-LaunchTemplates, -LaunchTemplateVersions, -SpotPriceHistory; cloudwatch GetMetricData; pricing GetProducts; arc-zonal-shift
ListManagedResources.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ballast import clock
from ballast.aws import autoscaling, placements, zonal_shifts
from ballast.aws.asked_groups import NO_SUCH_GROUP, ask_groups
from ballast.aws.capacity_hosts import Host, hosts_of
from ballast.aws.capacity_providers import providers_of
from ballast.aws.ledger import Ledger
from ballast.aws.scaling_groups import Looked, look
from ballast.aws.task_copies import copies_of
from ballast.aws.workloads import workloads
from ballast.drain.budget import budget_of, out_of_service
from ballast.errors import CallFailedError, TransientError
from ballast.facts.capacity import GroupCapacity
from ballast.facts.task import Task
from ballast.facts.view import Cluster, View
from ballast.policy.rebalancing import RebalancePolicy
from ballast.rebalance.snapshot import Budget, Instance, Provider, Snapshot, Waiting, Workload
from ballast.records.disruption import Disruption, Reason
from ballast.records.rebalancing import Move, ProviderMemory, Shortage
from ballast.shell.batch import unless_refused
from ballast.shell.look import shared_with_others
from ballast.shell.rebalance_hosts import PAGE, Membership, instances, members_of, pooled
from ballast.shell.rebalance_market import market, with_offers
from ballast.telemetry import logger
from ballast.value import dataclass

WAITING_PAGES = 20  # of a hundred tasks each, within which standalone tasks that wait are looked for
WARNED = frozenset({Reason.SPOT_INTERRUPTION, Reason.CAPACITY_INTERRUPTION, Reason.REBALANCE_RECOMMENDATION})


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a look needs of the ledger. `in_flight`: instances of which a voluntary disruption takes budget."""

    moves: tuple[Move, ...] = ()
    shortages: tuple[Shortage, ...] = ()
    memories: tuple[ProviderMemory, ...] = ()
    told: Mapping[str, datetime] | None = None
    disruptions: tuple[Disruption, ...] = ()
    in_flight: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RebalanceObserver:
    """`ledger`: which other clusters share a group is written there. `region`: whose prices count."""

    ledger: Ledger
    region: str

    def snapshot(self, cluster: Cluster, memory: Remembered, policy: RebalancePolicy, now: datetime) -> Snapshot:
        """Raises CallFailedError or TransientError where who is there, or what runs, cannot be told: no part would be right."""
        hosts = hosts_of(cluster.name)
        placements.forget_others(host.record.arn for host in hosts)
        providers = providers_of(cluster.name, now)
        services = workloads(cluster.name, now)
        leaving = {move.group for move in memory.moves if move.group}
        groups, capacity, members, deleted = self._groups(cluster, providers, hosts, now, leaving=leaving)
        moving = {move.instance_id for move in memory.moves}
        warned = {d.instance_id for d in memory.disruptions if d.reason in WARNED}
        seen = instances(cluster, hosts, members, moving=moving, warned=warned, now=now)
        daemons = [workload.copy for workload in services.values() if workload.daemon]
        offered = with_offers(cluster.name, groups, hosts, members, daemons, now=now)
        return Snapshot(
            cluster=cluster,
            providers=providers,
            groups=offered,
            deleted=deleted,
            instances=seen,
            services=services,
            waiting=_waiting(cluster, seen),
            prices=market(seen, offered, self.region, now),
            budget=_budget(cluster, hosts, capacity, memory.in_flight),
            moves=memory.moves,
            shortages=memory.shortages,
            memories=memory.memories,
            definitions=_definitions(policy),
            told=memory.told or {},
        )

    def again(self, snapshot: Snapshot, instance_ids: Iterable[str]) -> Snapshot:
        """With fresh answers about these instances, their groups, and the services of their tasks.

        What cannot be asked again is unknown: the tasks of these instances, so that nothing is claimed.
        """
        wanted, cluster, now = frozenset(instance_ids), snapshot.cluster, clock.utc_now()
        asked = [each for each in snapshot.instances if each.id in wanted]
        try:
            hosts = hosts_of(cluster.name, sorted(wanted))
            groups, _, members, _ = self._groups(
                cluster, snapshot.providers, hosts, now, {i.group for i in asked if i.group}
            )
            warned = {each.id for each in asked if each.warned}
            many = sum(map(_tasks_on, snapshot.instances))
            fresh = instances(cluster, hosts, members, moving=wanted, warned=warned, now=now, tasks_most=many)
            names = {t.service for each in fresh for t in each.tasks or () if t.group.startswith("service:")}
            services = workloads(cluster.name, now, sorted(names))
        except (CallFailedError, TransientError) as error:
            logger.warning("cannot look again", cluster=cluster.name, why=str(error))
            unknown = (replace(i, tasks=None) if i.id in wanted else i for i in snapshot.instances)
            return replace(snapshot, instances=tuple(unknown))
        others = tuple(each for each in snapshot.instances if each.id not in wanted)
        offers = {group.name: group.offers for group in snapshot.groups}
        known = {each.group.name: replace(each.group, offers=offers.get(each.group.name, ())) for each in groups}
        return replace(
            snapshot,
            instances=(*others, *fresh),
            groups=tuple(known.get(group.name, group) for group in snapshot.groups),
            services=_in_place_of(snapshot.services, names, services),
        )

    def _groups(
        self,
        cluster: Cluster,
        providers: Sequence[Provider],
        hosts: Sequence[Host],
        now: datetime,
        only: Iterable[str] | None = None,
        *,
        leaving: Collection[str] = (),
    ) -> tuple[tuple[Looked, ...], tuple[GroupCapacity, ...] | None, Mapping[str, Membership], frozenset[str]]:
        """Those of which all could be asked; the capacity of all, or None; who is a member of which; those that are deleted.

        `only` some of them: those to which something is about to be done, so all of it is asked anew. `leaving`: groups
        of moves under way, as one that gave back its last instance is named by nobody else, and its move has to end.
        """
        anew = only is not None
        if only is None:
            tagged = unless_refused(
                lambda: autoscaling.tagged_groups(cluster.name), "cannot tell which groups are tagged"
            )
            only = {*cluster.groups, *(p.group for p in providers if p.group), *(tagged or ())}
        wanted = set(only)
        asked = ask_groups(wanted | set(leaving))
        capacity = zonal_shifts.capacity(asked.found, {}, now)
        here = [host.record.instance_id for host in hosts]
        warm = unless_refused(lambda: autoscaling.with_warm(capacity, here), "cannot tell who is in a warm pool")
        shared = shared_with_others(cluster, self.ledger, capacity if warm is None else warm)
        looked = look(asked.found, shared, now, anew=anew)
        deleted = frozenset(name for name, why in asked.unsure.items() if why == NO_SUCH_GROUP)
        # Nothing of the cluster is in one that only a move names, or that was deleted.
        unknown = (asked.unsure.keys() & wanted) - deleted or warm is None
        return looked, None if unknown else shared, members_of(asked.found) | pooled(shared), deleted


def _in_place_of(known: Mapping[str, Workload], names: set[str], fresh: Mapping[str, Workload]) -> dict[str, Workload]:
    """Those that were asked for and are not there any more are gone."""
    return {**{name: each for name, each in known.items() if name not in names}, **fresh}


def _waiting(cluster: Cluster, seen: Sequence[Instance]) -> tuple[Waiting, ...]:
    """None of a cluster with more tasks than are worth listing: ECS lists them in no order and by no status."""
    if sum(map(_tasks_on, seen)) > WAITING_PAGES * PAGE:
        return ()
    placed = [task.arn for each in seen for task in each.tasks or ()]
    try:
        found = placements.waiting(cluster.name, placed, WAITING_PAGES)
    except CallFailedError as error:
        logger.warning("cannot look for tasks that wait", cluster=cluster.name, why=str(error))
        return ()
    return tuple(found or ())


def _tasks_on(instance: Instance) -> int:
    return instance.host.running_tasks + instance.host.pending_tasks


def _budget(
    cluster: Cluster, hosts: Sequence[Host], capacity: tuple[GroupCapacity, ...] | None, in_flight: frozenset[str]
) -> Budget:
    """None to spare where one of the groups could not be asked: nobody knows how many are missing."""
    if capacity is None:
        return Budget()
    everybody = tuple(host.record for host in hosts)
    view = View(cluster, "", neighbours=everybody, capacity=capacity, in_flight=in_flight)
    return Budget(budget_of(view), len(in_flight) + out_of_service(view))


def _definitions(policy: RebalancePolicy) -> dict[str, Task]:
    copies = copies_of(spare.definition for spare in policy.spare)
    families = {name: copy.definition.rpartition("/")[2].partition(":")[0] for name, copy in copies.items()}
    return {name: copy.of(f"family:{families[name]}") for name, copy in copies.items()}
