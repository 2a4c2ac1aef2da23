"""Look up what the decisions about some instances of one cluster need, in as few calls as there can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import field, replace
from datetime import datetime

from ballast.aws import autoscaling, ec2, ecs, ecs_tasks, lifecycle_hooks
from ballast.aws.asked_groups import each_group
from ballast.aws.ecs_services import describe_services
from ballast.aws.ledger import Ledger
from ballast.aws.ledger_items import Books
from ballast.drain.budget import serves
from ballast.drain.triggers import OUR_HOOK, Need, Trigger, needs
from ballast.facts.capacity import GroupCapacity, ZonalShift
from ballast.facts.group import SHORTEST_TIMEOUT_S, GroupMembership
from ballast.facts.last_look import wants_last_look
from ballast.facts.task import Service, Task, TaskKind
from ballast.facts.view import Cluster, ContainerInstance, View
from ballast.facts.which_record import by_instance_id, the_record, the_records
from ballast.records.disruption import Disruption
from ballast.shell.batch import unless_refused
from ballast.shell.demands import see_demands
from ballast.value import dataclass

type Triggers = Mapping[str, Trigger]  # by instance id


def view_instances(
    cluster: Cluster, records: Iterable[ContainerInstance], disruptions: Iterable[Disruption]
) -> list[View]:
    """One view for each instance that is registered or disrupted, with nothing else looked up yet.

    Its instance is the record in this cluster that counts; the others, here or elsewhere, are what else is left of it.
    """
    by_id = by_instance_id(records)
    open_ones = {d.instance_id: d for d in disruptions}
    return [_view(cluster, i, by_id.get(i, []), open_ones.get(i)) for i in sorted(by_id.keys() | open_ones.keys())]


def _view(cluster: Cluster, name: str, records: Sequence[ContainerInstance], disruption: Disruption | None) -> View:
    instance = the_record(r for r in records if r.cluster == cluster.name)
    return View(cluster, name, instance, disruption, tuple(r for r in records if r is not instance))


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found for the views that needed it, by EC2 instance id; `services` by name, for all."""

    states: Mapping[str, str]
    members: Mapping[str, GroupMembership]
    in_no_group: AbstractSet[str]
    timeouts_s: Mapping[str, int]  # the heartbeat timeout of the hook that holds it
    tasks: Mapping[str, tuple[Task, ...]]
    services: Mapping[str, Service]
    neighbours: Mapping[str, tuple[ContainerInstance, ...]]
    capacity: tuple[GroupCapacity, ...] | None
    books: Books | None


@dataclass(frozen=True, slots=True)
class Observer:
    """Of one cluster, at one moment. `shifts`: what is known of zonal shifts by then, by group. `sees_all`: of its settings."""

    cluster: Cluster
    ledger: Ledger
    now: datetime
    shifts: dict[str, ZonalShift] = field(default_factory=dict)
    sees_all: bool = False

    def fill(self, views: Sequence[View], triggers: Triggers, *, also: frozenset[Need] = frozenset()) -> list[View]:
        """The views with what each of them needs, and `also` for all of them."""
        asked: dict[Need, list[View]] = {need: [] for need in Need}
        for view in views:
            for need in needs(view, triggers.get(view.instance_id), self.now) | also:
                asked[need].append(view)
        if not any(asked.values()):
            return list(views)
        looked = self._look(asked, triggers)
        filled = [_filled(view, looked) for view in views]
        if any(view.is_doubtful for view in filled):
            from ballast.shell.whole_hosts import see_whole_hosts  # noqa: PLC0415 - few cold starts have doubts

            filled = see_whole_hosts(filled, self.ledger, sees_all=self.sees_all)
        if any(view.disruption and view.disruption.raised_from is not None for view in filled):
            from ballast.shell.newcomers import see_newcomers  # noqa: PLC0415 - few cold starts repair

            filled = see_newcomers(filled)
        return self._last_look(filled)

    def _last_look(self, views: Sequence[View]) -> list[View]:
        """What ended with the instances that EC2 takes, while ECS still shows it."""
        arns = {
            v.instance_id: v.instance.arn if v.instance else v.disruption and v.disruption.container_instance
            for v in views
            if wants_last_look(v)
        }
        known = [arn for arn in arns.values() if arn]
        found = ecs_tasks.tasks_of_the_gone(self.cluster.name, known, self.cluster.daemon_services) if known else {}
        return [replace(v, tasks=found.get(arns.get(v.instance_id) or "", v.tasks)) for v in views]

    def _look(self, asked: Mapping[Need, Sequence[View]], triggers: Triggers) -> Looked:
        """Each service of AWS is asked once, and not at all when nobody needs its answer."""
        states = unless_refused(
            lambda: ec2.states(v.instance_id for v in asked[Need.EC2_STATE]), "cannot look up what EC2 says"
        )
        members, in_no_group = _memberships([v.instance_id for v in asked[Need.MEMBERSHIP] if v.membership is None])
        timeouts_s = _timeouts(asked[Need.HOOK], triggers)
        tasks = self._tasks(asked[Need.TASKS], {v.instance_id for v in asked[Need.PROTECTION]})
        judged = {v.instance_id for v in asked[Need.SERVICES]}
        left = (t for i in judged for t in tasks.get(i, ()) if t.kind is TaskKind.SERVICE and not t.stopped)
        services = describe_services(self.cluster.name, {task.service for task in left})
        neighbours, books = self._neighbours(asked[Need.NEIGHBOURS])
        if neighbours:
            tasks, services = see_demands(self.cluster.name, tasks, services)
        out = {i.instance_id for some in neighbours.values() for i in some if not serves(i)}
        capacity = self._capacity(out) if neighbours else None
        return Looked(states or {}, members, in_no_group, timeouts_s, tasks, services, neighbours, capacity, books)

    def _tasks(self, views: Sequence[View], judged: AbstractSet[str]) -> dict[str, tuple[Task, ...]]:
        """Of their records in this cluster, with the protection of those that are to be judged."""
        arns = {v.instance_id: [r.arn for r in v.records if r.cluster == self.cluster.name] for v in views}
        every = [arn for some in arns.values() for arn in some]
        found = ecs_tasks.tasks_by_instance(self.cluster.name, every, self.cluster.daemon_services)
        tasks = {i: [t for arn in some for t in found[arn]] for i, some in arns.items() if some}
        of_judged = [t for i in sorted(tasks.keys() & judged) for t in tasks[i]]
        protected = {t.arn: t for t in ecs_tasks.with_protection(self.cluster.name, of_judged)}
        return {i: tuple(protected.get(t.arn, t) for t in some) for i, some in tasks.items()}

    def _neighbours(self, views: Sequence[View]) -> tuple[dict[str, tuple[ContainerInstance, ...]], Books | None]:
        """All others of the cluster that are not ECS's own business, and what is going on there."""
        listed = ecs.list_records(self.cluster.name) if views else None
        if listed is None or not listed.complete:  # one that is listed and not described may be out of service
            return {}, None
        everybody = the_records(i for i in listed.instances if not self.cluster.managed_by_ecs(i)).values()
        others = {v.instance_id: tuple(i for i in everybody if i.instance_id != v.instance_id) for v in views}
        return others, self.ledger.books(self.cluster.name)

    def _capacity(self, out: AbstractSet[str]) -> tuple[GroupCapacity, ...] | None:
        """What the cluster's groups should have and have; None where they cannot be asked. `out`: who does not serve.

        One that AWS leaves out of its answer was deleted, whoever still names it (`asked_groups`).
        """
        from ballast.aws import zonal_shifts  # noqa: PLC0415 - a cold start that drains at once needs no budget

        def ask() -> tuple[GroupCapacity, ...]:
            groups = tuple(autoscaling.groups(self.cluster.groups))
            return autoscaling.with_warm(zonal_shifts.capacity(groups, self.shifts, self.now), out)

        found = unless_refused(ask, "cannot look up the groups")
        return None if found is None else shared_with_others(self.cluster, self.ledger, found)


def shared_with_others(
    cluster: Cluster, ledger: Ledger, capacity: Sequence[GroupCapacity]
) -> tuple[GroupCapacity, ...]:
    """Those of the groups marked of which another cluster, managed or not, has instances."""
    others = (c for c in ledger.clusters().values() if c.name != cluster.name)
    elsewhere = {group for other in others for group in other.groups} | set(cluster.shared_groups or ())
    return tuple(replace(group, shared=group.group in elsewhere) for group in capacity)


def _filled(view: View, looked: Looked) -> View:
    name, books = view.instance_id, looked.books
    return replace(
        view,
        cluster=replace(view.cluster, unread=books.unread_drains) if books else view.cluster,
        ec2_state=looked.states.get(name, view.ec2_state),
        membership=looked.members.get(name, view.membership),
        in_no_group=name in looked.in_no_group or view.in_no_group,
        hook_timeout_s=looked.timeouts_s.get(name),
        tasks=looked.tasks.get(name, view.tasks),
        services=looked.services or view.services,
        neighbours=looked.neighbours.get(name, view.neighbours),
        capacity=looked.capacity if name in looked.neighbours else view.capacity,
        in_flight=books.in_flight if books else view.in_flight,
    )


def _memberships(instance_ids: Sequence[str]) -> tuple[dict[str, GroupMembership], frozenset[str]]:
    """And who is in no group: not the same as not having been told."""
    found = unless_refused(lambda: autoscaling.memberships(instance_ids), "cannot look up the groups")
    return found or {}, frozenset(instance_ids) - found.keys() if found is not None else frozenset()


def _timeouts(views: Sequence[View], triggers: Triggers) -> dict[str, int]:
    groups = {v.instance_id: t.hook.group for v in views if (t := triggers[v.instance_id]).hook}
    hooks = each_group(sorted(set(groups.values())), lifecycle_hooks.terminating_hooks)
    by_group = {hook.group: hook.heartbeat_timeout_s for hook in hooks.found if hook.name == OUR_HOOK}
    # Beaten often, one that we may not know of does not time out.
    by_group |= dict.fromkeys(hooks.unsure, SHORTEST_TIMEOUT_S)
    return {i: by_group[group] for i, group in groups.items() if group in by_group}
