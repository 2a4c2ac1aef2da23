"""What only Ballast knows, in one DynamoDB table: disruptions, watches, the budget in flight, the managed clusters.

Every write is conditional on the revision that it follows, so that repeating it, or losing a race, changes nothing.
A voluntary disruption and the count of those in flight change in one transaction, so that overlapping functions never
overspend the budget: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from ballast.aws.items import from_item, to_item, value
from ballast.aws.session import client, code
from ballast.errors import LostRaceError
from ballast.facts.cluster import Cluster
from ballast.policy.policy import Policy, read_policy
from ballast.records.disruption import Disruption
from ballast.records.instance_update import InstanceUpdate
from ballast.records.kept import Kept
from ballast.records.release import Release
from ballast.records.rollout import Rollout
from ballast.records.watch import Watch

REGISTRY = "#registry"
COUNT = "#in-flight"
BATCH_GET_MOST = 100
DEFAULTS = Policy()
LOST = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException", "TransactionConflictException"})


@dataclass(frozen=True, slots=True)
class Books:
    """What the ledger holds about one cluster."""

    disruptions: tuple[Disruption, ...]
    watches: tuple[Watch, ...]
    rollouts: tuple[Rollout, ...]
    updates: tuple[InstanceUpdate, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """`defaults` is the policy that the tags of a cluster override."""

    table: str
    defaults: Policy = DEFAULTS

    def clusters(self) -> dict[str, Cluster]:
        """The managed clusters by name, as the last sweep saw them, with the policy of their tags."""
        found = [from_item(Cluster, item) for item in self._query(REGISTRY)]
        return {c.name: replace(c, policy=read_policy(self.defaults, c.tags)) for c in found}

    def put_cluster(self, cluster: Cluster) -> None:
        item = to_item(cluster, cluster=REGISTRY, item=cluster.name)
        client("dynamodb").put_item(TableName=self.table, Item=item)

    def remove_cluster(self, name: str) -> None:
        client("dynamodb").delete_item(TableName=self.table, Key=_key(REGISTRY, name))

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
        )

    def releases(self) -> dict[tuple[str, str], Release]:
        """The newest release by variant and architecture."""
        found = (from_item(Release, item) for item in self._query(Release.cluster))
        return {(release.variant, release.arch): release for release in found}

    def find(self, instances: Sequence[tuple[str, str]]) -> dict[str, Disruption]:
        """Disruptions by instance id of (cluster name, instance id) pairs."""
        found = {}
        for start in range(0, len(instances), BATCH_GET_MOST):
            chunk = instances[start : start + BATCH_GET_MOST]
            keys = [_key(cluster, f"drain#{instance}") for cluster, instance in chunk]
            for item in self._batch_get(keys):
                disruption = from_item(Disruption, item)
                found[disruption.instance_id] = disruption
        return found

    def write(self, before: Kept | None, after: Kept | None, budget: int = 0, others_out: int = 0) -> None:
        """Replace `before` by `after` (None: nothing there), in step with the count in flight.

        Raises LostRaceError when the ledger holds something else than `before`, or when a voluntary disruption would
        exceed the budget, of which `others_out` instances are used up by others.
        """
        change = self._change(before, after)
        delta = _takes(after) - _takes(before)
        try:
            if delta == 0:
                self._single(change)
            elif delta > 0 and budget - others_out <= 0:
                raise LostRaceError(f"the disruption budget of {budget} is used up by {others_out} other instances")
            else:
                cluster = (after or before).cluster  # type: ignore[union-attr]  # one of them is given
                count = self._count(cluster, delta, budget - others_out)
                client("dynamodb").transact_write_items(TransactItems=[change, count])
        except ClientError as error:
            if code(error) in LOST:
                raise LostRaceError("the ledger has changed meanwhile, or the budget is used up") from error
            raise

    def write_watch(self, before: Watch | None, after: Watch | None) -> None:
        """The same for a watch, which takes no budget."""
        try:
            self._single(self._change(before, after))
        except ClientError as error:
            if code(error) in LOST:
                raise LostRaceError("the ledger has changed meanwhile") from error
            raise

    def _change(self, before: Any, after: Any) -> dict[str, Any]:
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(revision)"}
        if before is not None:
            condition = {
                "ConditionExpression": "revision = :revision",
                "ExpressionAttributeValues": {":revision": value(before.revision)},
            }
        if after is None:
            return {"Delete": {"TableName": self.table, "Key": _key(before.cluster, before.item), **condition}}
        item = to_item(after, cluster=after.cluster, item=after.item)
        return {"Put": {"TableName": self.table, "Item": item, **condition}}

    def _count(self, cluster: str, delta: int, allowed: int) -> dict[str, Any]:
        values = {":one": value(1), ":zero": value(0)}
        if delta > 0:
            expression = "SET in_flight = if_not_exists(in_flight, :zero) + :one"
            condition = "attribute_not_exists(in_flight) OR in_flight < :allowed"
            values[":allowed"] = value(allowed)
        else:
            del values[":zero"]
            expression, condition = "SET in_flight = in_flight - :one", "in_flight >= :one"
        return {
            "Update": {
                "TableName": self.table,
                "Key": _key(cluster, COUNT),
                "UpdateExpression": expression,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": values,
            }
        }

    def _single(self, change: Mapping[str, Any]) -> None:
        if "Put" in change:
            client("dynamodb").put_item(**change["Put"])
        else:
            client("dynamodb").delete_item(**change["Delete"])

    def _query(self, cluster: str) -> Iterator[Mapping[str, Any]]:
        pages = (
            client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.table,
                KeyConditionExpression="#cluster = :cluster",
                ExpressionAttributeNames={"#cluster": "cluster"},
                ExpressionAttributeValues={":cluster": value(cluster)},
                ConsistentRead=True,
            )
        )
        for page in pages:
            yield from page["Items"]

    def _batch_get(self, keys: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        left: Any = {self.table: {"Keys": keys, "ConsistentRead": True}}
        while left:
            answer = client("dynamodb").batch_get_item(RequestItems=left)
            yield from answer["Responses"].get(self.table, [])
            left = answer.get("UnprocessedKeys")


def _takes(record: Kept | None) -> int:
    return int(isinstance(record, Disruption) and record.takes_budget)


def _key(cluster: str, item: str) -> dict[str, Any]:
    return {"cluster": value(cluster), "item": value(item)}
