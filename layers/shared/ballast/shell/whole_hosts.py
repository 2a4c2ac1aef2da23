"""A host is empty only when no record of it has tasks, in whichever managed cluster: the look before one is let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from ballast.aws import ecs_clusters, ecs_tasks
from ballast.aws.ledger import Ledger
from ballast.drain.sort_out import is_connected
from ballast.facts.sightings import Sightings
from ballast.facts.task import Task
from ballast.facts.view import Cluster, ContainerInstance, View
from ballast.shell.batch import for_each_cluster, unless_refused
from ballast.shell.find import see_elsewhere, strangers

FEW = 10  # clusters


def see_whole_hosts(views: Sequence[View], ledger: Ledger, *, sees_all: bool) -> list[View]:
    """The views with all records of those that look empty, or that their own cluster does not have.

    Where a cluster does not say, their tasks stay unknown, so nothing is released; `sees_all` as of `Observer`.
    """
    doubtful = [v for v in views if v.is_doubtful]
    clusters = ledger.clusters()
    seen: dict[str, View] = {}
    for home, asked in {(v.cluster.name, _may_have(v, clusters)) for v in doubtful}:
        ours = [v for v in doubtful if (v.cluster.name, _may_have(v, clusters)) == (home, asked)]
        sightings = see_elsewhere({v.instance_id for v in ours}, (clusters[name] for name in sorted(asked)))
        if home not in clusters:  # the registry is not written yet, or is not ours any more: who else has it?
            sightings = replace(sightings, unsure=frozenset(v.instance_id for v in ours))
        tasks = _tasks(sightings, home, clusters)
        seen |= {v.instance_id: _whole(v, sightings, tasks) for v in ours}
    going = [v for v in seen.values() if v.disruption and (v.disruption.held_by_our_hook or v.disruption.signal)]
    unmet = [v for v in going if not is_connected(v.records)]
    seen |= {v.instance_id: v for v in _in_clusters_of_others(unmet, clusters, sees_all=sees_all)}
    return [seen.get(v.instance_id, v) for v in views]


def _may_have(view: View, clusters: Mapping[str, Cluster]) -> frozenset[str]:
    """Which managed clusters to ask: all of a few; of many those that use its group, where its agent is connected here.

    A host's agent is in one cluster at a time. What is left of it elsewhere comes from when its group served that one.
    """
    connected = view.instance is not None and view.instance.agent_connected
    if len(clusters) <= FEW or not connected or view.membership is None:
        return frozenset(clusters)
    seen_in = {record.cluster for record in view.others}
    using = {name for name, cluster in clusters.items() if view.membership.group in cluster.groups}
    return frozenset(using | (seen_in & clusters.keys()))


def _in_clusters_of_others(views: Sequence[View], clusters: Mapping[str, Cluster], *, sees_all: bool) -> list[View]:
    """Held by our hook, or ill, connected to no managed cluster: perhaps to one that is not ours, as far as our role may look."""
    if not views:
        return []
    known = strangers({v.instance_id for v in views}, clusters, sees_all=sees_all)
    found = []
    for view in views:
        records = known.records.get(view.instance_id)
        if view.instance_id in known.unsure:  # it may have tasks there, so its hook is not let go
            found.append(replace(view, unlisted=False, tasks=None))
        elif records:
            tasks = unless_refused(partial(_tasks_of, records), "cannot read the tasks of another cluster")
            both = None if tasks is None or (view.tasks is None and view.records) else (*(view.tasks or ()), *tasks)
            others = (*view.others, *records)
            found.append(replace(view, others=others, unlisted=False, stranger=records[0].cluster, tasks=both))
    return found


def _tasks_of(records: Sequence[ContainerInstance]) -> tuple[Task, ...]:
    tasks: list[Task] = []
    for record in records:
        daemons = ecs_clusters.daemon_services(record.cluster)
        tasks += ecs_tasks.tasks_by_instance(record.cluster, [record.arn], daemons)[record.arn]
    return tuple(tasks)


def _tasks(sightings: Sightings, home: str, clusters: Mapping[str, Cluster]) -> dict[str, tuple[Task, ...]]:
    """Of the records in other clusters than theirs, by ARN; those of a cluster that does not say are left out."""
    by_cluster: dict[str, list[ContainerInstance]] = {}
    for records in sightings.records.values():
        for record in (r for r in records if r.cluster != home):
            by_cluster.setdefault(record.cluster, []).append(record)

    def ask(cluster: Cluster) -> dict[str, tuple[Task, ...]]:
        arns = [record.arn for record in by_cluster[cluster.name]]
        return ecs_tasks.tasks_by_instance(cluster.name, arns, cluster.daemon_services)

    found = for_each_cluster((clusters[name] for name in by_cluster), ask, "cannot read the tasks of the cluster")
    return {arn: tasks for some in found.values() if some for arn, tasks in some.items()}


def _whole(view: View, sightings: Sightings, tasks: Mapping[str, tuple[Task, ...]]) -> View:
    """`view.tasks` are those of its own cluster's records; a record that came to light there since is unsure.

    Records read before the tasks give way to those of now: of an agent that is back by now the tasks do hear.
    """
    known = {record.arn for record in view.records}
    seen = sightings.records.get(view.instance_id, ())
    now = {record.arn: record for record in seen}
    instance = view.instance and now.get(view.instance.arn, view.instance)
    others = (*(now.get(r.arn, r) for r in view.others), *(record for record in seen if record.arn not in known))
    whole = replace(view, instance=instance, others=others)
    elsewhere = [r.arn for r in seen if r.cluster != view.cluster.name or r.arn not in known]
    if view.instance_id in sightings.unsure or not tasks.keys() >= set(elsewhere):
        return replace(whole, tasks=None)
    if not whole.records:
        return replace(whole, tasks=None, unlisted=True)
    return replace(whole, tasks=(*(view.tasks or ()), *(t for arn in elsewhere for t in tasks[arn])))
