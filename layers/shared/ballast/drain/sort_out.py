"""Which cluster are events about? Only ECS names it; for all others somebody has looked for their instances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ballast.drain.events import (
    ChangeScheduled,
    ContainerInstanceChanged,
    ContainerInstanceImpaired,
    Event,
    InstanceStateChanged,
    InstanceTerminating,
    Irrelevant,
)
from ballast.facts.sightings import Listed, Sightings
from ballast.facts.view import Cluster, ContainerInstance, is_ec2_instance
from ballast.facts.which_record import by_instance_id, the_record
from ballast.records.disruption import Disruption, Phase
from ballast.records.event import Sweep
from ballast.value import dataclass

MANY_INSTANCES = 200  # of a cluster, in which the sweep looks at what a rollout drains, all together

type About = Mapping[str, Sequence[Event]]  # by EC2 instance id
type Found = Mapping[str, Listed | None]  # by cluster; None: we could not look into it
type Groups = Mapping[str, str]  # the group of an instance, by its id, where it is known


@dataclass(frozen=True, slots=True)
class Sorted:
    """`unsure`: we could not find out. Those are not taken for instances of no cluster: their hooks would be let go.

    `seen`: every record of each instance, of which the cluster's is the one that counts.
    """

    by_cluster: Mapping[str, Sequence[ContainerInstance]]
    about: About
    unsure: Sequence[Event]
    elsewhere: About
    seen: Sightings


def by_instance(events: Sequence[Event]) -> About:
    about: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        for instance_id in instances_of(event):
            if is_ec2_instance(instance_id):
                about[instance_id].append(event)
    return about


def may_be_a_step(event: Event, clusters: Mapping[str, Cluster], known: Mapping[str, Disruption]) -> bool:
    """Whether its instances are to be looked at. `known`: the open disruptions of those that ECS says something of, by id.

    Not for an instance to which nothing is being done, nor for each of the tasks that stop on it before its last one
    (`View.may_be_empty`), nor for one that its rollout has empty, or drains with many others. A hundred that update at
    once would otherwise cost more reads than ECS allows (docs/decisions/0019). What no event announces the sweep sees.
    """
    cluster = clusters.get(event.cluster) if isinstance(event, ContainerInstanceChanged) else None
    if not isinstance(event, ContainerInstanceChanged) or cluster is None or cluster.refreshed_at is None:
        return True
    disruption = known.get(event.instance_id)
    if disruption is None:
        return False
    if disruption.is_a_step and (disruption.phase is Phase.DRAINED or cluster.instances >= MANY_INSTANCES):
        return False
    return event.tasks_left is None or event.tasks_left <= len(cluster.daemon_services)


def sort_out(events: Sequence[Event], found: Found, at_work: Mapping[str, str] | None = None) -> Sorted:
    """Each instance is in the cluster of its connected record, perhaps in one that did not say, or in none of ours.

    One that was seen without its agent only may be connected to a cluster that did not say: it is looked at where it
    was seen, and its events come again. `at_work`: the cluster in which one is being drained, where no record of it
    is connected: it goes, and what is left of it elsewhere is not it.
    """
    about = by_instance(events)
    seen = sightings(found, about)
    by_cluster: dict[str, list[ContainerInstance]] = defaultdict(list)
    for records in seen.records.values():
        home = (at_work or {}).get(records[0].instance_id)
        instance = the_record([r for r in records if r.cluster == home] or records)
        if instance is not None:
            by_cluster[instance.cluster].append(instance)
    elsewhere = {i: some for i, some in about.items() if i not in seen.records and i not in seen.unsure}
    return Sorted(by_cluster, about, [e for i in sorted(seen.unsure) for e in about[i]], elsewhere, seen)


def sightings(found: Found, about: About) -> Sightings:
    listed = (i for some in found.values() if some for i in some.instances)
    records = {name: tuple(some) for name, some in by_instance_id(listed).items()}
    silent = [name for name, some in found.items() if some is None or not some.complete]
    not_met = (i for i in about if not is_connected(records.get(i, ())))
    unsure = frozenset(i for i in not_met if any(may_be_in(name, about[i]) for name in silent))
    return Sightings(records, unsure)


def is_connected(records: Iterable[ContainerInstance]) -> bool:
    """Whether the instance itself is among its records, rather than only what is left of it."""
    return any(record.agent_connected for record in records)


def home_of(group: str, named: str | None, clusters: Mapping[str, Cluster]) -> Cluster | None:
    """Which cluster looks after an instance of the group that none has: always the same one, or None if none uses it.

    `named`: by our hook's metadata, for a group that the registry does not know yet.
    """
    using = sorted(name for name, cluster in clusters.items() if group in cluster.groups)
    return clusters.get(using[0] if using else named or "")


def likely_clusters(about: About, groups: Groups, clusters: Mapping[str, Cluster]) -> dict[str, set[str]]:
    """Which instances to look for in which cluster first: where ECS says, where their group is used, else anywhere."""
    likely: dict[str, set[str]] = {name: set() for name in clusters}
    for instance_id, events in about.items():
        group = groups.get(instance_id) or next((e.group for e in events if isinstance(e, InstanceTerminating)), None)
        named = {name for name in clusters if may_be_in(name, events)}
        using = {name for name in named if group in clusters[name].groups}
        told = {getattr(e, "cluster", None) for e in events}  # by ECS, or by the metadata of our hook
        first = using | {name for name in named if name in told}
        if not first and group is None and _is_over(events) and len(clusters) > 1:
            continue  # in no group any more, and nothing to do that the sweep does not do as well
        for name in first or named:
            likely[name].add(instance_id)
    return likely


def _is_over(events: Sequence[Event]) -> bool:
    return all(isinstance(e, InstanceStateChanged) and e.state in ("stopped", "terminated") for e in events)


def wants_group(events: Sequence[Event]) -> bool:
    """Whether only its group can tell where to look for the instance first."""
    return not any(
        isinstance(e, (ContainerInstanceChanged, ContainerInstanceImpaired, InstanceTerminating)) for e in events
    )


def instances_of(event: Event) -> tuple[str, ...]:
    """EC2 ids of the instances that the event is about."""
    match event:
        case ChangeScheduled(instance_ids) as change:
            return (*instance_ids, *change.over)
        case Sweep() | Irrelevant():
            return ()
        case _:
            return (event.instance_id,)


def may_be_in(cluster: str, events: Sequence[Event]) -> bool:
    """ECS names the cluster in its events; where all of them do, no other is meant."""
    named = [getattr(e, "cluster", None) if _is_of_ecs(e) else None for e in events]
    return None in named or cluster in named


def _is_of_ecs(event: Event) -> bool:
    return isinstance(event, (ContainerInstanceChanged, ContainerInstanceImpaired))
