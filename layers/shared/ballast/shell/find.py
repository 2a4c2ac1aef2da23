"""Where are instances registered? Their group tells where to look first; who is not met there is looked for everywhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from ballast.aws import autoscaling, ecs, ecs_clusters
from ballast.aws.ledger import Ledger
from ballast.drain.events import Event
from ballast.drain.sort_out import (
    About,
    Groups,
    Sorted,
    by_instance,
    is_connected,
    likely_clusters,
    may_be_in,
    sort_out,
    wants_group,
)
from ballast.errors import CallFailedError, DeniedError, UnavailableError
from ballast.facts.sightings import Listed, Sightings
from ballast.facts.view import Cluster, ContainerInstance
from ballast.facts.which_record import by_instance_id
from ballast.shell.batch import for_each_cluster, unless_refused
from ballast.telemetry import logger

REFUSALS_MOST = 3  # of clusters of others: the role sees its own only, or ECS is too busy, and each takes seconds

type Clusters = Mapping[str, Cluster]


def find(events: Sequence[Event], clusters: Clusters, ledger: Ledger) -> Sorted:
    """The records of the instances that the events are about, and in which managed cluster each is at home."""
    about = by_instance(events)
    found: dict[str, Listed | None] = {}
    wanted = likely_clusters(about, _groups(about, clusters), clusters)
    asked: dict[str, set[str]] = {}
    while any(wanted.values()):
        answers = _ask(wanted, clusters)
        for name, answer in answers.items():
            asked.setdefault(name, set()).update(wanted[name])
            found[name] = _both(found[name], answer) if name in found else answer
        wanted = _still_wanted(about, asked, found, clusters)
    return sort_out(events, found, _at_work(found, ledger))


def _at_work(found: Mapping[str, Listed | None], ledger: Ledger) -> dict[str, str]:
    """Only of those that several clusters have, and none with its agent connected."""
    records = by_instance_id(i for some in found.values() if some for i in some.instances)
    doubtful = [some for some in records.values() if len({r.cluster for r in some}) > 1 and not is_connected(some)]
    pairs = sorted({(record.cluster, record.instance_id) for some in doubtful for record in some})
    return {i: disruption.cluster for i, disruption in ledger.find(pairs).items()} if pairs else {}


def _still_wanted(
    about: About, asked: Mapping[str, set[str]], found: Mapping[str, Listed | None], clusters: Clusters
) -> dict[str, set[str]]:
    """Who was looked for and not met with its agent connected: in every other cluster that may have it."""
    records = by_instance_id(i for some in found.values() if some for i in some.instances)
    sought = {i for some in asked.values() for i in some}
    missing = {i for i in sought if not is_connected(records.get(i, ()))}
    return {name: {i for i in missing - asked.get(name, set()) if may_be_in(name, about[i])} for name in clusters}


def _ask(wanted: Mapping[str, Collection[str]], clusters: Clusters) -> dict[str, Listed | None]:
    return for_each_cluster(
        (clusters[name] for name, ids in wanted.items() if ids),
        lambda cluster: ecs.find_instances(cluster.name, wanted[cluster.name]),
        "cannot look into the cluster",
    )


def _both(one: Listed | None, other: Listed | None) -> Listed | None:
    if one is None or other is None:
        return None
    return Listed((*one.instances, *other.instances), one.complete and other.complete)


def _groups(about: About, clusters: Clusters) -> Groups:
    """Not asked for where there is only one cluster to look into."""
    unknown = [i for i, events in about.items() if wants_group(events)]
    if len(clusters) <= 1 or not unknown:
        return {}
    found = unless_refused(lambda: autoscaling.memberships(unknown), "cannot look up the groups")
    return {i: member.group for i, member in (found or {}).items()}


def see_elsewhere(instance_ids: Collection[str], clusters: Iterable[Cluster]) -> Sightings:
    """Their records in these clusters; unsure are all where one of the clusters did not say."""
    found = for_each_cluster(
        clusters, lambda cluster: ecs.find_instances(cluster.name, instance_ids), "cannot look into the cluster"
    )
    listed = by_instance_id(i for some in found.values() if some for i in some.instances)
    complete = all(some is not None and some.complete for some in found.values())
    records = {name: tuple(some) for name, some in listed.items()}
    return Sightings(records, frozenset() if complete else frozenset(instance_ids))


def strangers(instance_ids: Collection[str], ours: Collection[str], *, sees_all: bool) -> Sightings:
    """All their records in clusters that Ballast does not look after.

    Unsure are those without one where such a cluster does not answer, or lists somebody whom it does not describe.
    `sees_all`: the role is granted every cluster, so one that denies it may have any of them.
    """
    found: list[ContainerInstance] = []
    unsure, refusals = False, 0
    says_nothing = (UnavailableError, DeniedError) if sees_all else UnavailableError  # others may be gone by now
    try:
        names = sorted(set(ecs_clusters.cluster_names()) - set(ours))
    except CallFailedError as error:
        logger.warning("cannot list the clusters", why=str(error))
        names, unsure = [], isinstance(error, says_nothing)
    for name in names:
        try:
            listed = ecs.find_instances(name, instance_ids)
            found += listed.instances
            unsure = unsure or not listed.complete
        except CallFailedError as error:
            logger.warning("cannot look into a cluster of others", cluster=name, why=str(error))
            unsure, refusals = unsure or isinstance(error, says_nothing), refusals + 1
            if refusals == REFUSALS_MOST:
                break
    records = {i: tuple(some) for i, some in by_instance_id(found).items()}
    return Sightings(records, frozenset(instance_ids) - records.keys() if unsure else frozenset())
