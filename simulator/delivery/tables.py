"""How are DynamoDB calls answered? By moto's DynamoDB, called directly: no HTTP, a tenth of the time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore import xform_name
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import TransactionCanceledException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.responses import DynamoHandler

from simulator.delivery.plain_items import plain_item
from simulator.world.core.errors import AwsError

SMALL_PARTITION = 500  # items; a larger one may need pages of 1 MB
USUAL = {
    "consistent_read",
    "expr_names",
    "expr_values",
    "hash_key_conditions",
    "range_key_conditions",
}


type Watcher = Callable[[str, Mapping[str, Any]], None]  # the table, and the item's key at least


class TableError(AwsError):
    """An error with more than a message: CancellationReasons, or the Item that failed a condition."""

    def __init__(self, code: str, message: str, details: Mapping[str, Any]) -> None:
        super().__init__(code, message)
        self.details = details


class _Backend(DynamoDBBackend):
    """moto copies the whole table before a transaction and sorts and copies it for a query; neither is needed."""

    watchers: list[Watcher]

    def query(
        self,
        table_name: str,
        hash_key_dict: dict[str, Any] | None,
        range_comparison: str | None,
        range_value_dicts: list[dict[str, Any]],
        *rest: Any,
        **options: Any,
    ) -> tuple[list[Item], int, dict[str, Any] | None]:
        """Answer what reads a small partition from its start; moto answers the rest."""
        limit, start_key, forward, projection = rest
        table = self.get_table(table_name)
        partition = table.items.get(DynamoType(hash_key_dict or {"NULL": True}), {})
        unusual = limit or start_key or projection or not forward or not table.range_key_attr
        if unusual or len(partition) > SMALL_PARTITION or set(filter(options.get, options)) - USUAL:
            return super().query(table_name, hash_key_dict, range_comparison, range_value_dicts, *rest, **options)
        wanted = [DynamoType(value) for value in range_value_dicts]
        items = [
            item
            for item in partition.values()
            if range_comparison is None or item.range_key.compare(range_comparison, wanted)
        ]
        return sorted(items, key=lambda item: item.range_key.cast_value), len(items), None

    def put_item(self, table_name: str, item_attrs: dict[str, Any], *rest: Any, **options: Any) -> Any:
        done = super().put_item(table_name, item_attrs, *rest, **options)
        self._changed(table_name, item_attrs)
        return done

    def update_item(self, table_name: str, key: dict[str, Any], *rest: Any, **options: Any) -> Any:
        done = super().update_item(table_name, key, *rest, **options)
        self._changed(table_name, key)
        return done

    def delete_item(self, table_name: str, key: dict[str, Any], *rest: Any, **options: Any) -> Any:
        done = super().delete_item(table_name, key, *rest, **options)
        self._changed(table_name, key)
        return done

    def _changed(self, table_name: str, key: Mapping[str, Any]) -> None:
        for watcher in self.watchers:
            watcher(table_name, key)

    def transact_write_items(self, transact_items: list[dict[str, Any]]) -> None:
        reasons = [self._refusal(*next(iter(item.items()))) for item in transact_items]
        if any(code for code, _, _ in reasons):
            raise TransactionCanceledException(reasons)
        for item in transact_items:
            self._apply(*next(iter(item.items())))

    def _refusal(self, kind: str, act: Mapping[str, Any]) -> tuple[Any, Any, Any]:
        current = self.get_item(act["TableName"], self._key(kind, act))
        condition = get_filter_expression(
            act.get("ConditionExpression"),
            act.get("ExpressionAttributeNames"),
            act.get("ExpressionAttributeValues"),
        )
        if _holds(condition, current):
            return (None, None, None)
        shows = act.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        old = current.to_json()["Attributes"] if current is not None and shows else None
        return ("ConditionalCheckFailed", "The conditional request failed", old)

    def _key(self, kind: str, act: Mapping[str, Any]) -> dict[str, Any]:
        if kind != "Put":
            return dict(act["Key"])
        table = self.get_table(act["TableName"])
        return {name: act["Item"][name] for name in table.table_key_attrs}

    def _apply(self, kind: str, act: Mapping[str, Any]) -> None:
        match kind:
            case "Put":
                self.put_item(act["TableName"], act["Item"])
            case "Delete":
                self.delete_item(act["TableName"], act["Key"])
            case "Update":
                self.update_item(
                    act["TableName"],
                    act["Key"],
                    act["UpdateExpression"],
                    act.get("ExpressionAttributeNames") or {},
                    act.get("ExpressionAttributeValues") or {},
                )
            case _:  # ConditionCheck changes nothing
                pass


class Tables:
    """The account's tables, made from the properties that the template gives them. Watchers hear of each change."""

    def __init__(self, tables: Mapping[str, Mapping[str, Any]], account: str, region: str) -> None:
        backend = _Backend(region, account)
        self.watchers: list[Watcher] = []
        backend.watchers = self.watchers
        self._backend = backend
        self._handler = type("Handler", (DynamoHandler,), {"dynamodb_backend": backend})()
        for name, properties in tables.items():
            kept = {k: v for k, v in properties.items() if k in CREATED_WITH}
            self.handle("CreateTable", {"TableName": name, **kept})

    def items(self, table: str) -> list[dict[str, Any]]:
        """Everything in a table, for judges and results: no call of the account's."""
        return [plain_item(item) for item in self._backend.get_table(table).all_items()]

    def handle(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The parsed answer; TableError when DynamoDB would refuse."""
        self._handler.body = self._handler.params = json.loads(json.dumps(params))
        try:
            result = getattr(self._handler, xform_name(operation))().result
        except JsonRESTError as error:
            details = json.loads(error.description)
            message = details.pop("message", None) or details.pop("Message", "")
            code = details.pop("__type").rpartition("#")[2]
            raise TableError(code, message, details) from error
        answer = dict(result)
        answer.pop("ConsumedCapacityUnits", None)  # moto's DeleteItem has it, DynamoDB's does not
        return answer


def _holds(condition: Any, item: Item | None) -> bool:
    """What is of another type than it is compared with does not match; moto lets Python refuse to compare them.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Condition.html (ComparisonOperator)
    """
    try:
        return bool(condition.expr(item))
    except TypeError:
        return False


CREATED_WITH = frozenset(
    {
        "AttributeDefinitions",
        "BillingMode",
        "GlobalSecondaryIndexes",
        "KeySchema",
        "LocalSecondaryIndexes",
    }
)
