"""What only Ballast knows, in one DynamoDB table: disruptions, watches, the budget in flight, the managed clusters.

Every write is conditional on the revision that it follows, so that repeating it, or losing a race, changes nothing.
A voluntary disruption and the count of those in flight change in one transaction, so that overlapping functions never
overspend the budget: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

from ballast.aws.codec import Item, to_item, to_plain, value
from ballast.aws.ledger_changes import COUNT, change, key, one_less, one_more
from ballast.aws.ledger_items import (
    REGISTRY,
    Books,
    drains_of,
    key_of,
    read_all,
    read_books,
    read_cluster,
    read_pause,
)
from ballast.aws.session import client
from ballast.aws.table import Table
from ballast.errors import LostRaceError
from ballast.facts.view import Cluster
from ballast.policy.policy import Policy, read_policy
from ballast.records.disruption import Disruption
from ballast.records.kept import Kept, Unread
from ballast.records.pause import Pause, unreadable
from ballast.records.release import Release
from ballast.records.watch import Watch
from ballast.value import dataclass

DEFAULTS = Policy()
OF_REBALANCING = ("move#", "shortage#", "provider#", "rebalance", "tally", "registered")  # how its keys begin


@lru_cache(maxsize=1024)
def _policy(defaults: Policy, tags: tuple[tuple[str, str], ...]) -> Policy:
    """Read once for each set of tags: every event reads the whole registry, and tags seldom change."""
    return read_policy(defaults, dict(tags))


@dataclass(frozen=True, slots=True)
class Ledger:
    """`defaults` is the policy that the tags of a cluster override."""

    table: str
    defaults: Policy = DEFAULTS

    def clusters(self) -> dict[str, Cluster]:
        """The managed clusters by name, as the last sweep saw them, with the policy of their tags."""
        return self.registry()[0]

    def registry(self) -> tuple[dict[str, Cluster], tuple[Unread, ...]]:
        """The same, and what of it nobody can read."""
        found = [read_cluster(item, _region()) for item in self._query(REGISTRY)]
        unread = tuple(unread for _, unread in found if unread)
        return {c.name: self._allowed(c, why) for c, why in found if c}, unread

    def cluster(self, name: str) -> Cluster | None:
        """One of the managed clusters; None where the registry has no such name."""
        for item in self._table.get_many([key(REGISTRY, name)]):
            cluster, why = read_cluster(item, _region())
            return self._allowed(cluster, why) if cluster else None
        return None

    def _allowed(self, cluster: Cluster, why: Unread | None) -> Cluster:
        return braked(self.with_policy(cluster), unreadable(cluster.name) if why else None)

    def with_policy(self, cluster: Cluster) -> Cluster:
        """With what its tags allow."""
        policy = _policy(self.defaults, tuple(sorted(cluster.tags.items())))
        return replace(cluster, policy=policy.tag_seen(cluster.pause_tag_since))

    def put_cluster(self, cluster: Cluster) -> None:
        self._table.write(self._table.put(to_item(cluster, cluster=REGISTRY, item=cluster.name)))

    def set_cluster(self, cluster: Cluster, *names: str) -> None:
        """Write these fields only, since other functions write others; nothing where the registry has it no more."""
        plain = to_plain(cluster)
        written = self._table.update(
            key(REGISTRY, cluster.name),
            "SET " + ", ".join(f"#{name} = :{name}" for name in names),
            {f":{name}": value(plain[name]) for name in names},
            "attribute_exists(#name)",
        )
        written["Update"]["ExpressionAttributeNames"] = {f"#{name}": name for name in (*names, "name")}
        with suppress(LostRaceError):
            self._table.write(written)

    def remove_cluster(self, name: str) -> None:
        self._table.write(self._table.delete(key(REGISTRY, name)))

    def open(self, cluster: str) -> tuple[tuple[Disruption, ...], tuple[Watch, ...]]:
        """The disruptions and watches of a cluster."""
        books = self.books(cluster)
        return books.disruptions, books.watches

    def books(self, cluster: str) -> Books:
        """Everything that is going on in a cluster."""
        items = list(self._query(cluster))
        books = read_books(cluster, items)
        if not any(key_of(item)[1].startswith(OF_REBALANCING) for item in items):
            return books
        from ballast.aws.rebalance_items import read_rebalancing  # noqa: PLC0415 - most clusters have nothing of it

        return replace(books, unread=(*books.unread, *read_rebalancing(items).unread))

    def releases(self) -> dict[tuple[str, str], Release]:
        """The newest release by variant and architecture."""
        return {(release.variant, release.arch): release for release in self.all_releases()[0]}

    def all_releases(self) -> tuple[tuple[Release, ...], tuple[Unread, ...]]:
        """And what of them nobody can read."""
        return read_all(Release, self._query(Release.cluster))

    def find(self, instances: Sequence[tuple[str, str]]) -> dict[str, Disruption]:
        """Disruptions by instance id of (cluster name, instance id) pairs."""
        keys = (key(cluster, f"drain#{instance}") for cluster, instance in instances)
        found, _ = read_all(Disruption, self._table.get_many(keys))
        return {disruption.instance_id: disruption for disruption in found}

    def known(self, cluster: Cluster, instances: Sequence[str]) -> tuple[Cluster, dict[str, Disruption]]:
        """The cluster as it is allowed now, paused or not, and the disruptions of these, by instance id."""
        keys = (key(cluster.name, item) for item in (Pause.item, *(f"drain#{instance}" for instance in instances)))
        items = list(self._table.get_many(keys))
        found, unread = read_all(Disruption, (item for item in items if item["item"]["S"] != Pause.item))
        return as_kept(cluster, read_pause(cluster.name, items), unread), {d.instance_id: d for d in found}

    def write(self, before: Kept | None, after: Kept | None, budget: int = 0, others_out: int = 0) -> None:
        """Replace `before` by `after` (None: nothing there), in step with the count in flight.

        Raises LostRaceError when the ledger holds something else than `before`, or when a voluntary disruption would
        exceed the budget, of which `others_out` instances are used up by others.
        """
        try:
            self._write(before, after, budget - others_out, others_out)
        except LostRaceError:
            from ballast.aws.ledger_repairs import write_anyway  # noqa: PLC0415 - few races are lost

            if not write_anyway(self._table, before, after):
                raise

    def _write(self, before: Kept | None, after: Kept | None, allowed: int, others_out: int) -> None:
        takes = _cluster_of_budget(after)
        gives = _cluster_of_budget(before)
        table, written = self._table, change(self._table, before, after)
        if takes == gives:
            table.write(written)
        elif takes and allowed <= 0:
            raise LostRaceError(f"the disruption budget is used up by {others_out} other instances")
        else:
            table.write(written, one_more(table, takes, allowed) if takes else one_less(table, gives))

    def write_watch(self, before: Watch | None, after: Watch | None) -> None:
        """The same for a watch, which takes no budget."""
        self.write(before, after)

    def count_anew(self, books: Books, cluster: str) -> None:
        """The disruptions in flight, where nobody can read their count."""
        if any(unread.item == COUNT for unread in books.unread):
            from ballast.aws.ledger_repairs import count_anew  # noqa: PLC0415 - seldom, if ever

            count_anew(self._table, cluster, books)

    @property
    def _table(self) -> Table:
        return Table(self.table)

    def _query(self, cluster: str) -> Iterator[Item]:
        return self._table.query("cluster", cluster)


def _region() -> str:
    found: str = client("dynamodb").meta.region_name
    return found


def as_kept(cluster: Cluster, pause: Pause | None, unread: Iterable[Unread]) -> Cluster:
    """With what the ledger holds that every decision there must respect."""
    return replace(braked(cluster, pause), unread=drains_of(unread))


def braked(cluster: Cluster, pause: Pause | None) -> Cluster:
    """The cluster under this pause."""
    return replace(cluster, policy=replace(cluster.policy, brake=pause)) if pause else cluster


def _cluster_of_budget(record: Kept | None) -> str:
    """Whose budget the record takes a part of; "" where it takes none."""
    return record.cluster if isinstance(record, Disruption) and record.takes_budget else ""
