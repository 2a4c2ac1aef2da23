"""Which cluster are events about? Only ECS names it; for all others somebody has looked for their instances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ballast.drain.events import (
    ChangeScheduled,
    ContainerInstanceChanged,
    ContainerInstanceImpaired,
    Event,
    Irrelevant,
)
from ballast.facts.view import ContainerInstance, is_ec2_instance
from ballast.records.event import Sweep
from ballast.value import dataclass

type About = Mapping[str, Sequence[Event]]  # by EC2 instance id
type Found = Mapping[str, Sequence[ContainerInstance] | None]  # by cluster; None: we could not look into it


@dataclass(frozen=True, slots=True)
class Sorted:
    """`unsure`: we could not find out. Those are not taken for instances of no cluster: their hooks would be let go."""

    by_cluster: Mapping[str, Sequence[ContainerInstance]]
    about: About
    unsure: Sequence[Event]
    elsewhere: About


def by_instance(events: Sequence[Event]) -> About:
    about: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        for instance_id in instances_of(event):
            if is_ec2_instance(instance_id):
                about[instance_id].append(event)
    return about


def sort_out(events: Sequence[Event], found: Found) -> Sorted:
    """Each instance is in the cluster that has it, perhaps in one that we could not look into, or in none of ours."""
    about = by_instance(events)
    by_cluster = {name: instances for name, instances in found.items() if instances}
    unseen = [name for name, instances in found.items() if instances is None]
    at_home = {i.instance_id for instances in by_cluster.values() for i in instances}
    lost = {i: some for i, some in about.items() if i not in at_home}
    unsure = {i for i, some in lost.items() if any(may_be_in(name, some) for name in unseen)}
    return Sorted(
        by_cluster,
        about,
        unsure=[event for i in sorted(unsure) for event in about[i]],
        elsewhere={i: some for i, some in lost.items() if i not in unsure},
    )


def instances_of(event: Event) -> tuple[str, ...]:
    """EC2 ids of the instances that the event is about."""
    match event:
        case ChangeScheduled(instance_ids):
            return instance_ids
        case Sweep() | Irrelevant():
            return ()
        case _:
            return (event.instance_id,)


def may_be_in(cluster: str, events: Sequence[Event]) -> bool:
    """ECS names the cluster in its events; the others do not know it."""
    named = {e.cluster for e in events if isinstance(e, (ContainerInstanceChanged, ContainerInstanceImpaired))}
    return not named or cluster in named
