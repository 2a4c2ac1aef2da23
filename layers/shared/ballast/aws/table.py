"""How are items of a DynamoDB table read and written? For the ledger and the conversations alike.

A change is made first and written then, alone or in a transaction with others:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import batched
from typing import Any

from ballast.aws.codec import Item, value
from ballast.aws.session import client
from ballast.errors import CallFailedError, LostRaceError, TransientError
from ballast.value import dataclass

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
GET_MOST = 100
ROUNDS_MOST = 5
FIRST_PAUSE_S = 0.05
LOST = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException", "TransactionConflictException"})

type Change = dict[str, dict[str, Any]]  # as TransactWriteItems takes it: Put, Delete or Update with its parameters
type Condition = Mapping[str, Any]
ALWAYS: Condition = {}


def absent(attribute: str) -> Condition:
    """The item, or at least this attribute of it, is not there yet."""
    return {"ConditionExpression": f"attribute_not_exists({attribute})"}


def unchanged(read: Item) -> Condition:
    """These attributes are still as they were read."""
    return {
        "ConditionExpression": " AND ".join(f"{name} = :{name}" for name in read),
        "ExpressionAttributeValues": {f":{name}": stored for name, stored in read.items()},
    }


def as_read(item: Item, names: Iterable[str]) -> Condition:
    """These attributes are still as they were read, or are missing still."""
    names = list(names)
    held = {name: item[name] for name in names if name in item}
    missing = [f"attribute_not_exists({name})" for name in names if name not in held]
    expression = " AND ".join([*(f"{name} = :{name}" for name in held), *missing])
    values = {"ExpressionAttributeValues": {f":{name}": stored for name, stored in held.items()}} if held else {}
    return {"ConditionExpression": expression, **values}


@dataclass(frozen=True, slots=True)
class Table:
    """Every read is consistent."""

    name: str

    def query(self, attribute: str, wanted: str) -> Iterator[Item]:
        """All items of one partition, page by page."""
        pages = client("dynamodb").get_paginator("query")
        for page in pages.paginate(
            TableName=self.name,
            KeyConditionExpression="#key = :key",
            ExpressionAttributeNames={"#key": attribute},
            ExpressionAttributeValues={":key": value(wanted)},
            ConsistentRead=True,
        ):
            yield from page["Items"]

    def get_many(self, keys: Iterable[Item]) -> Iterator[Item]:
        """The items that exist, in DynamoDB's order. Raises TransientError when it leaves some unread for too long."""
        for some in batched(keys, GET_MOST, strict=False):
            yield from self._get(some)

    def _get(self, keys: Iterable[Item]) -> Iterator[Item]:
        left: Any = {self.name: {"Keys": list(keys), "ConsistentRead": True}}
        for number in range(ROUNDS_MOST):
            if number:
                time.sleep(FIRST_PAUSE_S * 2 ** (number - 1))
            answer = client("dynamodb").batch_get_item(RequestItems=left)
            yield from answer["Responses"].get(self.name, [])
            left = answer.get("UnprocessedKeys")
            if not left:
                return
        raise TransientError(f"DynamoDB is too busy to read all that was asked of the table {self.name}.")

    def put(self, item: Item, condition: Condition = ALWAYS) -> Change:
        return {"Put": {"TableName": self.name, "Item": item, **condition}}

    def delete(self, key: Item, condition: Condition = ALWAYS) -> Change:
        return {"Delete": {"TableName": self.name, "Key": key, **condition}}

    def update(self, key: Item, expression: str, values: Item, condition: str | None = None) -> Change:
        """`values` are those of the expression and of the condition."""
        update = {
            "TableName": self.name,
            "Key": key,
            "UpdateExpression": expression,
            "ExpressionAttributeValues": values,
        }
        return {"Update": update | ({"ConditionExpression": condition} if condition else {})}

    def write(self, *changes: Change) -> None:
        """All of them or none. Raises LostRaceError when a condition does not hold (any more)."""
        try:
            _write(changes)
        except CallFailedError as error:
            if error.code not in LOST:
                raise
            raise LostRaceError(f"items of the table {self.name} have changed meanwhile") from error


def _write(changes: tuple[Change, ...]) -> None:
    dynamodb = client("dynamodb")
    match changes:
        case ({"Put": put},):
            dynamodb.put_item(**put)
        case ({"Delete": delete},):
            dynamodb.delete_item(**delete)
        case ({"Update": update},):
            dynamodb.update_item(**update)
        case _:
            several: Any = list(changes)
            dynamodb.transact_write_items(TransactItems=several)
