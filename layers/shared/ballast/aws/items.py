"""How does a dataclass become a DynamoDB item and come back? By its field types; None is left out."""

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

_hints = cache(get_type_hints)
_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def to_item(value: Any, **extra: Any) -> dict[str, Any]:
    """Give the attribute values that boto3's DynamoDB client takes; `extra` are keys and such."""
    return {name: _serialize(plain) for name, plain in {**_plain(value), **extra}.items()}


def from_item[T](kind: type[T], item: Mapping[str, Any]) -> T:
    """Read a `kind` back; attributes that it has no field for are ignored."""
    built: T = _build(kind, {name: _deserialize(value) for name, value in item.items()})
    return built


def value(plain: Any) -> Any:
    """One attribute value."""
    return _serialize(plain)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        stored = (field.name for field in fields(value) if field.metadata.get("stored", True))
        named = ((name, getattr(value, name)) for name in stored)
        return {name: _plain(inner) for name, inner in named if inner is not None}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (tuple, list, frozenset)):
        return [_plain(inner) for inner in value]
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value


def _build(kind: Any, plain: Any) -> Any:
    if isinstance(kind, UnionType):
        kind = next(option for option in get_args(kind) if option is not type(None))
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        known = {name: _build(hints[name], inner) for name, inner in plain.items() if name in hints}
        missing = {f.name: None for f in fields(kind) if f.name not in known and _is_required(f)}
        return kind(**known, **missing)
    if kind is datetime:
        return datetime.fromisoformat(plain)
    if get_origin(kind) is tuple:
        return tuple(_build(get_args(kind)[0], inner) for inner in plain)
    if isinstance(plain, Decimal):
        return int(plain)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(plain)
    return plain


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
