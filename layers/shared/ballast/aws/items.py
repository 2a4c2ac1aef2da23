"""How does a dataclass become a DynamoDB item, or JSON, and come back? By its field types, and nothing else is a codec.

`plain` is what both take: text, numbers, lists, sets of text, mappings. In an item None is left out, as DynamoDB users
do; in JSON it stays, since 0.1.0 looks for every field there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

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
