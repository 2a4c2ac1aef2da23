"""What runs on the instances that were launched for a repair? A daemon does at once, and alone it keeps none of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ballast.aws import ecs_tasks
from ballast.drain.replace_first import newcomers
from ballast.facts.capacity import GroupCapacity
from ballast.facts.task import TaskKind
from ballast.facts.view import Cluster, ContainerInstance, View
from ballast.records.disruption import Disruption
from ballast.shell.batch import unless_refused


def with_newcomers(
    cluster: Cluster,
    records: Sequence[ContainerInstance],
    disruptions: Iterable[Disruption],
    capacity: Sequence[GroupCapacity] | None,
) -> tuple[ContainerInstance, ...]:
    """The records; those of newcomers with tasks say whether these are all of daemons, as far as ECS tells them."""
    came = frozenset[str]().union(*(newcomers(each, capacity) for each in disruptions))
    arns = [each.arn for each in records if each.instance_id in came and each.running_tasks + each.pending_tasks]
    if not arns:
        return tuple(records)
    found = unless_refused(
        lambda: ecs_tasks.tasks_by_instance(cluster.name, arns, cluster.daemon_services), "cannot look at newcomers"
    )
    only = {
        arn for arn, tasks in (found or {}).items() if all(t.kind is TaskKind.DAEMON for t in tasks if not t.stopped)
    }
    return tuple(replace(each, only_daemons=True) if each.arn in only else each for each in records)


def see_newcomers(views: Sequence[View]) -> list[View]:
    """The same of the neighbours of each view for which another one was launched."""
    return [
        replace(v, neighbours=with_newcomers(v.cluster, v.neighbours, [v.disruption], v.capacity))
        if v.disruption and v.disruption.raised_from is not None and v.neighbours
        else v
        for v in views
    ]
