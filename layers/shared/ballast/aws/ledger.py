"""What only Ballast knows, in one DynamoDB table: disruptions, watches, the budget in flight, the managed clusters.

Every write is conditional on the revision that it follows, so that repeating it, or losing a race, changes nothing.
A voluntary disruption and the count of those in flight change in one transaction, so that overlapping functions never
overspend the budget: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

from ballast.aws.table import Change, Item, Table, absent, from_item, to_item, to_plain, unchanged, value
from ballast.errors import LostRaceError
from ballast.facts.view import Cluster
from ballast.policy.policy import Policy, read_policy
from ballast.records.disruption import Disruption
from ballast.records.kept import Kept
from ballast.records.pause import Pause, unreadable
from ballast.records.release import Release
from ballast.records.rollout import InstanceUpdate, Rollout
from ballast.records.watch import Watch
from ballast.value import dataclass

REGISTRY = "#registry"
COUNT = "#in-flight"
DEFAULTS = Policy()


@dataclass(frozen=True, slots=True)
class Books:
    """What the ledger holds about one cluster."""

    disruptions: tuple[Disruption, ...]
    watches: tuple[Watch, ...]
    rollouts: tuple[Rollout, ...]
    updates: tuple[InstanceUpdate, ...]
    pause: Pause | None = None


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
        found = [from_item(Cluster, item) for item in self._query(REGISTRY)]
        return {c.name: self.with_policy(c) for c in found}

    def cluster(self, name: str) -> Cluster | None:
        """One of the managed clusters; None where the registry has no such name."""
        for item in self._table.get_many([_key(REGISTRY, name)]):
            return self.with_policy(from_item(Cluster, item))
        return None

    def with_policy(self, cluster: Cluster) -> Cluster:
        """With what its tags allow."""
        policy = _policy(self.defaults, tuple(sorted(cluster.tags.items())))
        return replace(cluster, policy=policy.tag_seen(cluster.pause_tag_since))

    def put_cluster(self, cluster: Cluster) -> None:
        self._table.write(self._table.put(to_item(cluster, cluster=REGISTRY, item=cluster.name)))

    def set_cluster(self, cluster: Cluster, *names: str) -> None:
        """Write these fields only, since other functions write others; nothing where the registry has it no more."""
        plain = to_plain(cluster)
        change = self._table.update(
            _key(REGISTRY, cluster.name),
            "SET " + ", ".join(f"#{name} = :{name}" for name in names),
            {f":{name}": value(plain[name]) for name in names},
            "attribute_exists(#name)",
        )
        change["Update"]["ExpressionAttributeNames"] = {f"#{name}": name for name in (*names, "name")}
        with suppress(LostRaceError):
            self._table.write(change)

    def remove_cluster(self, name: str) -> None:
        self._table.write(self._table.delete(_key(REGISTRY, name)))

    def open(self, cluster: str) -> tuple[tuple[Disruption, ...], tuple[Watch, ...]]:
        """The disruptions and watches of a cluster."""
        books = self.books(cluster)
        return books.disruptions, books.watches

    def books(self, cluster: str) -> Books:
        """Everything that is going on in a cluster."""
        items = list(self._query(cluster))

        def those[T](kind: type[T], prefix: str) -> tuple[T, ...]:
            return tuple(from_item(kind, item) for item in items if str(item["item"]["S"]).startswith(prefix))

        return Books(
            those(Disruption, "drain#"),
            those(Watch, "watch#"),
            those(Rollout, "rollout#"),
            those(InstanceUpdate, "update#"),
            next((_pause(cluster, item) for item in items if item["item"]["S"] == Pause.item), None),
        )

    def releases(self) -> dict[tuple[str, str], Release]:
        """The newest release by variant and architecture."""
        found = (from_item(Release, item) for item in self._query(Release.cluster))
        return {(release.variant, release.arch): release for release in found}

    def find(self, instances: Sequence[tuple[str, str]]) -> dict[str, Disruption]:
        """Disruptions by instance id of (cluster name, instance id) pairs."""
        keys = (_key(cluster, f"drain#{instance}") for cluster, instance in instances)
        found = (from_item(Disruption, item) for item in self._table.get_many(keys))
        return {disruption.instance_id: disruption for disruption in found}

    def known(self, cluster: Cluster, instances: Sequence[str]) -> tuple[Cluster, dict[str, Disruption]]:
        """The cluster as it is allowed now, paused or not, and the disruptions of these, by instance id."""
        keys = (_key(cluster.name, item) for item in (Pause.item, *(f"drain#{instance}" for instance in instances)))
        items = list(self._table.get_many(keys))
        pause = next((_pause(cluster.name, item) for item in items if item["item"]["S"] == Pause.item), None)
        found = (from_item(Disruption, item) for item in items if item["item"]["S"] != Pause.item)
        return braked(cluster, pause), {disruption.instance_id: disruption for disruption in found}

    def write(self, before: Kept | None, after: Kept | None, budget: int = 0, others_out: int = 0) -> None:
        """Replace `before` by `after` (None: nothing there), in step with the count in flight.

        Raises LostRaceError when the ledger holds something else than `before`, or when a voluntary disruption would
        exceed the budget, of which `others_out` instances are used up by others.
        """
        takes = _cluster_of_budget(after)
        gives = _cluster_of_budget(before)
        change = self._change(before, after)
        if takes == gives:
            self._table.write(change)
        elif takes and budget - others_out <= 0:
            raise LostRaceError(f"the disruption budget of {budget} is used up by {others_out} other instances")
        else:
            count = self._one_more(takes, budget - others_out) if takes else self._one_less(gives)
            self._table.write(change, count)

    def write_watch(self, before: Watch | None, after: Watch | None) -> None:
        """The same for a watch, which takes no budget."""
        self._table.write(self._change(before, after))

    @property
    def _table(self) -> Table:
        return Table(self.table)

    def _change(self, before: Kept | None, after: Kept | None) -> Change:
        condition = unchanged({"revision": value(before.revision)}) if before is not None else absent("revision")
        if after is not None:
            return self._table.put(to_item(after, cluster=after.cluster, item=after.item), condition)
        if before is not None:
            return self._table.delete(_key(before.cluster, before.item), condition)
        raise ValueError("A write is from something or to something.")

    def _one_more(self, cluster: str, allowed: int) -> Change:
        return self._table.update(
            _key(cluster, COUNT),
            "SET in_flight = if_not_exists(in_flight, :zero) + :one",
            {":one": value(1), ":zero": value(0), ":allowed": value(allowed)},
            "attribute_not_exists(in_flight) OR in_flight < :allowed",
        )

    def _one_less(self, cluster: str) -> Change:
        return self._table.update(
            _key(cluster, COUNT), "SET in_flight = in_flight - :one", {":one": value(1)}, "in_flight >= :one"
        )

    def _query(self, cluster: str) -> Iterator[Item]:
        return self._table.query("cluster", cluster)


def braked(cluster: Cluster, pause: Pause | None) -> Cluster:
    """The cluster under this pause."""
    return replace(cluster, policy=replace(cluster.policy, brake=pause)) if pause else cluster


def _pause(cluster: str, item: Item) -> Pause:
    """One that nobody can read holds, and stops nothing that is forced."""
    try:
        pause = from_item(Pause, item)
        return pause if pause.until and pause.until.tzinfo and pause.by else unreadable(cluster)
    except (ValueError, TypeError, LookupError, AttributeError):
        return unreadable(cluster)


def _cluster_of_budget(record: Kept | None) -> str:
    """Whose budget the record takes a part of; "" where it takes none."""
    return record.cluster if isinstance(record, Disruption) and record.takes_budget else ""


def _key(cluster: str, item: str) -> Item:
    return {"cluster": value(cluster), "item": value(item)}
