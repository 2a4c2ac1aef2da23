"""What do the items of the ledger say? One that nobody can read is skipped and named, and stops nothing else.

That may be an item of a newer version that was rolled back: it may mean anything, so it is left as it is, but where it
has to give way (`ledger_repairs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ballast.aws.codec import Item, from_item
from ballast.aws.ledger_changes import COUNT
from ballast.errors import UnreadableItemError
from ballast.facts.view import Cluster
from ballast.records.disruption import Disruption
from ballast.records.kept import Kept, Unread
from ballast.records.pause import Pause, unreadable
from ballast.records.repair import Repairs
from ballast.records.rollout import InstanceUpdate, Rollout
from ballast.records.watch import Watch
from ballast.telemetry import logger
from ballast.value import dataclass

REGISTRY = "#registry"
CLUSTER_NAME = r"[A-Za-z0-9_-]{1,255}"  # API_CreateCluster
ARN = r"arn:[a-z-]+:ecs:[a-z0-9-]+:[0-9]{12}:cluster/.+"


@dataclass(frozen=True, slots=True)
class InFlight:
    """The item COUNT: how many voluntary disruptions take budget."""

    in_flight: int


@dataclass(frozen=True, slots=True)
class Books:
    """What the ledger holds about one cluster; `unread`: what of it nobody can read."""

    disruptions: tuple[Disruption, ...]
    watches: tuple[Watch, ...]
    rollouts: tuple[Rollout, ...]
    updates: tuple[InstanceUpdate, ...]
    pause: Pause | None = None
    unread: tuple[Unread, ...] = ()
    repairs: tuple[Repairs, ...] = ()

    @property
    def in_flight(self) -> frozenset[str]:
        """The instances of which a voluntary disruption takes budget."""
        return frozenset(d.instance_id for d in self.disruptions if d.takes_budget)

    @property
    def unread_drains(self) -> frozenset[str]:
        """The instances of which nobody can read what was begun."""
        return drains_of(self.unread)


def read_books(cluster: str, items: Sequence[Item]) -> Books:
    """Items of kinds that this version does not know are not its business."""
    unread: list[Unread] = []

    def those[T: Kept](kind: type[T], prefix: str) -> tuple[T, ...]:
        found, others = read_all(kind, (item for item in items if key_of(item)[1].startswith(prefix)))
        unread.extend(others)
        return found

    books = Books(
        those(Disruption, "drain#"),
        those(Watch, "watch#"),
        those(Rollout, "rollout#"),
        those(InstanceUpdate, "update#"),
        repairs=those(Repairs, "repairs#"),
    )
    pause = read_pause(cluster, items)
    unread += [Unread(cluster, Pause.item, NO_END)] if pause == unreadable(cluster) else []
    for item in items:
        if key_of(item)[1] == COUNT and (why := why_unread(InFlight, item)):
            unread.append(Unread(cluster, COUNT, why))
    return replace(books, pause=pause, unread=tuple(unread))


NO_END = "its end or who put it on cannot be read"


def read_pause(cluster: str, items: Iterable[Item]) -> Pause | None:
    """One that nobody can read holds, and stops nothing that is forced."""
    for item in items:
        if key_of(item)[1] == Pause.item:
            try:
                pause = from_item(Pause, item)
            except UnreadableItemError:
                return unreadable(cluster)
            return pause if pause.until and pause.by and pause.cluster == cluster else unreadable(cluster)
    return None


def read_all[T: Kept](kind: type[T], items: Iterable[Item]) -> tuple[tuple[T, ...], tuple[Unread, ...]]:
    """The records, and those that nobody can read or whose key is that of another."""
    found: list[T] = []
    unread: list[Unread] = []
    for item in items:
        try:
            found.append(_record(kind, item))
        except UnreadableItemError as error:
            cluster, name = key_of(item)
            logger.warning("skipped an item of the ledger", cluster=cluster, item=name, why=str(error))
            unread.append(Unread(cluster, name, str(error)))
    return tuple(found), tuple(unread)


def drains_of(unread: Iterable[Unread]) -> frozenset[str]:
    """The ids of the instances, also of those of which nobody can read whether they are given back."""
    parts = (one.item.partition("#") for one in unread)
    return frozenset(instance for kind, _, instance in parts if kind in ("drain", "move") and instance)


def _record[T: Kept](kind: type[T], item: Item) -> T:
    record = from_item(kind, item)
    if (record.cluster, record.item) != key_of(item):
        raise UnreadableItemError("its fields are those of another key")
    return record


def why_unread(kind: type, item: Item) -> str:
    """In words; "" of one that can be read."""
    try:
        from_item(kind, item)
    except UnreadableItemError as error:
        return str(error)
    return ""


def key_of(item: Item) -> tuple[str, str]:
    return item["cluster"]["S"], item["item"]["S"]


def _cluster(name: str, item: Item) -> Cluster:
    cluster = from_item(Cluster, item)
    if cluster.name != name or not re.fullmatch(ARN, cluster.arn):
        raise UnreadableItemError("its name or ARN is not that of the cluster")
    return cluster


def read_cluster(item: Item, region: str) -> tuple[Cluster | None, Unread | None]:
    """A cluster is never lost by what cannot be read of it: nothing voluntary begins there until ECS was asked anew.

    `region`: of its ARN, where that cannot be read.
    """
    _, name = key_of(item)
    if not re.fullmatch(CLUSTER_NAME, name):
        return None, Unread(REGISTRY, name, "no cluster of ECS can be called so")
    try:
        cluster = _cluster(name, item)
    except UnreadableItemError as error:
        return Cluster(name, f"arn:aws:ecs:{region}::cluster/{name}"), Unread(REGISTRY, name, str(error))
    return cluster, None
