"""Look up what the decisions about some instances of one cluster need, in as few calls as there can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ballast.aws import autoscaling, ec2, ecs
from ballast.aws.ecs_services import describe_services
from ballast.aws.ledger import Ledger
from ballast.drain.needs import Need, needs
from ballast.drain.triggers import OUR_HOOK, Trigger
from ballast.facts.cluster import Cluster
from ballast.facts.instance import ContainerInstance
from ballast.facts.task import Task, TaskKind
from ballast.facts.view import View
from ballast.records.disruption import Disruption

type Triggers = Mapping[str, Trigger]  # by instance id


def view_instances(
    cluster: Cluster,
    instances: Iterable[ContainerInstance],
    disruptions: Iterable[Disruption],
) -> list[View]:
    """One view for each instance that is registered or disrupted, with nothing else looked up yet."""
    by_id = {i.instance_id: i for i in instances}
    open_ones = {d.instance_id: d for d in disruptions}
    return [View(cluster, i, by_id.get(i), open_ones.get(i)) for i in sorted(by_id.keys() | open_ones.keys())]


@dataclass(frozen=True, slots=True)
class Observer:
    """Of one cluster, at one moment."""

    cluster: Cluster
    ledger: Ledger
    now: datetime

    def fill(self, views: Sequence[View], triggers: Triggers, *, also: frozenset[Need] = frozenset()) -> list[View]:
        """The views with what each of them needs, and `also` for all of them."""
        wanted = {v.instance_id: needs(v, triggers.get(v.instance_id), self.now) | also for v in views}

        def those(need: Need) -> list[View]:
            return [v for v in views if need in wanted[v.instance_id]]

        filled = self._with_capacity(list(views), those(Need.EC2_STATE), those(Need.MEMBERSHIP))
        filled = self._with_hooks(filled, triggers, those(Need.HOOK))
        filled = self._with_tasks(filled, those(Need.TASKS), those(Need.PROTECTION), those(Need.SERVICES))
        return self._with_neighbours(filled, those(Need.NEIGHBOURS))

    def _with_capacity(self, views: list[View], of_ec2: Sequence[View], of_groups: Sequence[View]) -> list[View]:
        ids = [v.instance_id for v in of_groups if v.membership is None]
        states = ec2.states(v.instance_id for v in of_ec2) if of_ec2 else {}
        members = autoscaling.memberships(ids) if ids else {}
        return [
            replace(
                v,
                ec2_state=states.get(v.instance_id, v.ec2_state),
                membership=members.get(v.instance_id, v.membership),
            )
            for v in views
        ]

    def _with_hooks(self, views: list[View], triggers: Triggers, of: Sequence[View]) -> list[View]:
        groups = {v.instance_id: t.hook.group for v in of if (t := triggers[v.instance_id]).hook}
        timeouts = {
            hook.group: hook.heartbeat_timeout_s
            for group in sorted(set(groups.values()))
            for hook in autoscaling.terminating_hooks(group)
            if hook.name == OUR_HOOK
        }
        return [replace(v, hook_timeout_s=timeouts.get(groups.get(v.instance_id, ""))) for v in views]

    def _with_tasks(
        self, views: list[View], of: Sequence[View], of_protection: Sequence[View], of_services: Sequence[View]
    ) -> list[View]:
        arns = [v.instance.arn for v in of if v.instance]
        if not arns:
            return views
        name = self.cluster.name
        found = ecs.tasks_by_instance(name, arns, self.cluster.daemon_services)
        judged = {v.instance.arn for v in of_protection if v.instance}
        protected = ecs.protections(name, [t for arn in sorted(judged) for t in found.get(arn, ())])
        services = describe_services(name, _service_names(found, of_services))

        def tasks_of(view: View) -> tuple[Task, ...] | None:
            if view.instance is None or view.instance.arn not in found:
                return view.tasks
            return tuple(replace(t, protected_until=protected.get(t.arn)) for t in found[view.instance.arn])

        return [replace(v, tasks=tasks_of(v), services=services or v.services) for v in views]

    def _with_neighbours(self, views: list[View], of: Sequence[View]) -> list[View]:
        if not of:
            return views
        everybody = ecs.list_instances(self.cluster.name)
        disruptions, _ = self.ledger.open(self.cluster.name)
        in_flight = frozenset(d.instance_id for d in disruptions if d.takes_budget)
        ids = {v.instance_id for v in of}
        return [
            replace(
                v,
                neighbours=tuple(i for i in everybody if i.instance_id != v.instance_id),
                in_flight=in_flight,
            )
            if v.instance_id in ids
            else v
            for v in views
        ]


def _service_names(found: Mapping[str, Sequence[Task]], of: Sequence[View]) -> set[str]:
    arns = {v.instance.arn for v in of if v.instance}
    return {
        task.service
        for arn in arns
        for task in found.get(arn, ())
        if task.kind is TaskKind.SERVICE and not task.stopped
    }
