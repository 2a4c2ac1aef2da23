"""How are items of a DynamoDB table read and written? For the ledger and the conversations alike.

A change is made first and written then, alone or in a transaction with others:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import batched
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

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


type Item = Mapping[str, Any]  # attribute values by name, as boto3's DynamoDB client gives and takes them

_hints = cache(get_type_hints)
_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def to_item(value: Any, **extra: Any) -> dict[str, Any]:
    """Give the attribute values that boto3's DynamoDB client takes; `extra` are keys and such."""
    plain = _without_none(to_plain(value))
    return {name: _serialize(inner) for name, inner in {**plain, **extra}.items()}


def from_item[T](kind: type[T], item: Item) -> T:
    """Read a `kind` back; attributes that it has no field for are ignored."""
    return from_plain(kind, {name: _deserialize(value) for name, value in item.items()})


def value(plain: Any) -> Any:
    """One attribute value."""
    return _serialize(plain)


def to_plain(value: Any) -> Any:
    """Of a dataclass a mapping with every field that is stored."""
    if is_dataclass(value):
        stored = (field.name for field in fields(value) if field.metadata.get("stored", True))
        return {name: to_plain(getattr(value, name)) for name in stored}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (tuple, list, frozenset)):
        return [to_plain(inner) for inner in value]
    if isinstance(value, Mapping):
        return {key: to_plain(inner) for key, inner in value.items()}
    return value


def from_plain[T](kind: type[T], plain: Any) -> T:
    """Read a `kind` back; what it has no field for is ignored, and a field without a default that is missing is None."""
    built: T = _build(kind, plain)
    return built


def _without_none(plain: Any) -> Any:
    """Of mappings at every depth."""
    if isinstance(plain, dict):
        return {name: _without_none(inner) for name, inner in plain.items() if inner is not None}
    return [_without_none(inner) for inner in plain] if isinstance(plain, list) else plain


def _build(kind: Any, plain: Any) -> Any:
    if plain is None:
        return None
    if isinstance(kind, UnionType):
        kind = next(option for option in get_args(kind) if option is not type(None))
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        known = {name: _build(hints[name], inner) for name, inner in plain.items() if name in hints}
        missing = {f.name: None for f in fields(kind) if f.name not in known and _is_required(f)}
        return kind(**known, **missing)
    if kind is datetime:
        return datetime.fromisoformat(plain)
    if get_origin(kind) in (tuple, frozenset):
        return get_origin(kind)(_build(get_args(kind)[0], inner) for inner in plain)
    if isinstance(plain, Decimal):
        return int(plain)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(plain)
    return plain


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
