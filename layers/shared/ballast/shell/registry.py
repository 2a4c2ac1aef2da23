"""Which clusters does Ballast look after, and what belongs to each? The ledger's list is kept up to date here.

Every cluster is written as soon as it is seen, so that a run that ends early has not worked for nothing. Names and tags
are the business of the minute's round; providers, groups and daemon services that of each cluster's own sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ballast.aws import autoscaling, ecs, ecs_clusters
from ballast.aws.ecs import tags
from ballast.aws.ledger import Ledger
from ballast.errors import BallastError, UnavailableError
from ballast.facts.sightings import Sightings
from ballast.facts.view import Cluster, ContainerInstance
from ballast.records.kept import Unread
from ballast.records.pause import TAG as PAUSED_TAG
from ballast.shell.find import strangers
from ballast.shell.missed import still_ours
from ballast.telemetry import logger
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.aws.session import RawCluster

OF_ROUND = ("tags", "pause_tag_since", "instances", "provider_names", "status", "missed_since")
OF_PARTS = ("providers", "groups", "shared_groups", "daemon_services", "refreshed_at", "hooks_at")


@dataclass(frozen=True, slots=True)
class Registry:
    """`clusters` by name; `changed`: those that are not as they were a minute ago; `doubtful`: nobody can read their tag.

    `unread`: what nobody could read of the list, which was written anew as far as ECS answers.
    """

    clusters: Mapping[str, Cluster]
    changed: frozenset[str] = frozenset()
    doubtful: tuple[Cluster, ...] = ()
    unread: tuple[Unread, ...] = ()


def refresh_registry(ledger: Ledger, names: Sequence[str], now: datetime) -> Registry:
    """Bring the list of managed clusters up to date; as far as ECS does not answer, it stays as it was.

    One that is known stays until ECS calls it INACTIVE or it is not tagged any more, and while `still_ours` says so.
    """
    known, unread = ledger.registry()
    spoilt = {one.item for one in unread}
    seen: dict[str, Cluster] = {}
    gone: set[str] = set()
    changed: set[str] = set()
    doubtful: list[Cluster] = []

    def doubt(raw: RawCluster) -> None:
        if raw.get("status") != "INACTIVE":
            doubtful.append(Cluster(raw["clusterName"], raw["clusterArn"], tags=tags(raw)))

    try:
        for raw in ecs_clusters.managed_clusters(names, doubt):
            name = raw["clusterName"]
            if raw.get("status") == "INACTIVE":
                gone.add(name)
            else:
                seen[name] = _seen(ledger, known.get(name), raw, now)
                if known.get(name) != seen[name]:
                    changed.add(name)
                    _save(ledger, seen[name], is_new=name not in known or name in spoilt)
        for name in sorted(known.keys() - seen.keys() - gone):
            if kept := still_ours(ledger, known[name], now):
                seen[name] = kept
                _save(ledger, kept, is_new=name in spoilt)
            else:
                gone.add(name)
    except BallastError:
        logger.exception("cannot see every cluster; what was known of the others holds")
    for name in sorted((gone & known.keys()) | (spoilt - known.keys())):
        ledger.remove_cluster(name)
    return Registry(
        {n: c for n, c in {**known, **seen}.items() if n not in gone}, frozenset(changed), tuple(doubtful), unread
    )


def _seen(ledger: Ledger, known: Cluster | None, raw: Mapping[str, Any], now: datetime) -> Cluster:
    before = known or Cluster(raw["clusterName"], raw["clusterArn"])
    tag = tags(raw).get(PAUSED_TAG)
    same_tag = tag is not None and before.tags.get(PAUSED_TAG) == tag
    seen = replace(
        before,
        arn=raw["clusterArn"],  # of one that nobody could read it is a guess
        tags=tags(raw),
        pause_tag_since=None if tag is None else (before.pause_tag_since if same_tag else None) or now,
        instances=raw.get("registeredContainerInstancesCount", 0),
        provider_names=tuple(raw.get("capacityProviders", ())),
        status=None if raw.get("status") == "ACTIVE" else raw.get("status"),
        missed_since=None,
    )
    return ledger.with_policy(seen)


def _save(ledger: Ledger, cluster: Cluster, *, is_new: bool) -> None:
    try:
        if is_new:
            ledger.put_cluster(cluster)
        else:
            ledger.set_cluster(cluster, *OF_ROUND)
    except BallastError:
        logger.exception("cannot save the cluster", cluster=cluster.name)


@dataclass(frozen=True, slots=True)
class Parts:
    """`everybody`: the container instances, where they were listed; `why`: what AWS said where not all could be asked."""

    cluster: Cluster
    everybody: tuple[ContainerInstance, ...] | None = None
    why: str = ""


def look_up_parts(ledger: Ledger, cluster: Cluster, now: datetime) -> Parts:
    """Ask for each part on its own: one that AWS does not tell stays as it was, and all are asked for again next time."""
    troubles: list[str] = []

    def ask[T](step: Callable[[], T]) -> T | None:
        try:
            return step()
        except BallastError as error:
            logger.warning("cannot look up a part of the cluster", cluster=cluster.name, why=str(error))
            troubles.append(str(error))
            return None

    names = cluster.provider_names or ()
    found = ask(lambda: ecs_clusters.providers(cluster.name, names)) or ()
    unread = set(names) - {p.name for p in found}  # Fargate's, and those that ECS does not describe for a moment
    providers = (*found, *(p for p in cluster.providers if p.name in unread))
    everybody = ask(lambda: ecs.list_instances(cluster.name))
    loose = ask(lambda: _groups_without_provider(everybody or (), {p.name for p in providers}))
    daemons = ask(lambda: ecs_clusters.daemon_services(cluster.name))
    groups = {p.group for p in providers if p.group} | (loose or set())
    bare = ask(lambda: _bare(set(cluster.groups) - groups))
    groups |= set(cluster.groups) if troubles else bare or set()
    shared = None if everybody is None else ask(lambda: _shared_groups(ledger, groups, everybody))
    refreshed = replace(
        cluster,
        providers=providers,
        groups=tuple(sorted(groups)),
        shared_groups=cluster.shared_groups if shared is None else shared or None,
        daemon_services=cluster.daemon_services if daemons is None else daemons,
        refreshed_at=cluster.refreshed_at if troubles else now,
        hooks_at=cluster.hooks_at if groups <= set(cluster.groups) else None,
    )
    ledger.set_cluster(refreshed, *OF_PARTS)
    return Parts(refreshed, everybody, troubles[0] if troubles else "")


def _shared_groups(ledger: Ledger, groups: set[str], everybody: Sequence[ContainerInstance]) -> tuple[str, ...]:
    """Groups of which a cluster that is not managed has instances, as far as our role may ask it: these lack nothing here."""
    here = {i.instance_id for i in everybody}
    members = autoscaling.members(groups) if groups else {}
    away = {i: m.group for i, m in members.items() if m.in_service and i not in here}
    known = strangers(away, ledger.clusters(), sees_all=False) if away else Sightings({})
    if known.unsure:
        raise UnavailableError("ECS does not tell which clusters of others have instances of the groups.")
    return tuple(sorted({away[i] for i in known.records}))


def _bare(names: set[str]) -> set[str]:
    """Those of the groups that were the cluster's a while ago that want instances and have none in service: it lacks them.

    One that has some is seen by them, here or in another cluster.
    """
    wanting = autoscaling.capacity_of(autoscaling.groups(names)) if names else ()
    return {group.group for group in wanting if group.desired and not group.in_service}


def _groups_without_provider(everybody: Sequence[ContainerInstance], providers: set[str]) -> set[str]:
    """Of instances that joined by themselves."""
    loose = [i.instance_id for i in everybody if i.capacity_provider not in providers]
    return {m.group for m in autoscaling.memberships(loose).values()} if loose else set()
