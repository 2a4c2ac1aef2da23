"""How does a value become an item of DynamoDB, and an item a value? One way in for all that is stored.

What stands in a table may have been written by an older or a newer version, or by a hand, so each field is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from ballast.errors import UnreadableItemError
from ballast.records.field import checked_text, moment, sentence, wrong

# Counts, and seconds: as many as may be added to any time of ours (records.field.YEARS) before a datetime ends.
NUMBER_MOST = 10**10
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)

type Item = Mapping[str, Any]  # attribute values by name, as boto3's DynamoDB client gives and takes them
type Reader = Callable[[str, Any], Any]  # of a field's name and what was stored

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def to_item(value: Any, **extra: Any) -> dict[str, Any]:
    """Give the attribute values that boto3's DynamoDB client takes; `extra` are keys and such."""
    plain = _without_none(to_plain(value))
    return {name: _serialize(inner) for name, inner in {**plain, **extra}.items()}


def from_item[T](kind: type[T], item: Item) -> T:
    """Read a `kind` back; attributes that it has no field for are ignored.

    Raises UnreadableItemError, and nothing else, which names the field and what it holds.
    """
    try:
        return from_plain(kind, {name: _deserialize(value) for name, value in item.items()})
    except UNREADABLE as error:
        raise unreadable(error) from error


def unreadable(error: Exception) -> UnreadableItemError:
    """What is wrong, in words that can stand in a sentence."""
    return UnreadableItemError(sentence(f"lacks {error}" if isinstance(error, KeyError) else str(error)))


def value(plain: Any) -> Any:
    """One attribute value."""
    return _serialize(plain)


def to_plain(value: Any) -> Any:
    """Of a dataclass a mapping with every field that is stored."""
    if is_dataclass(value):
        return {name: to_plain(getattr(value, name)) for name, _, _ in _stored(value.__class__)}
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
    """Read a `kind` back; what it has no field for is ignored, and what may be None and is missing is None.

    Raises one of UNREADABLE where a field holds what its kind does not allow, which names both. A record may have more to
    say of its fields: its `check` raises ValueError.
    """
    built: T = _built("the value", kind, plain)
    return built


def _without_none(plain: Any) -> Any:
    """Of mappings at every depth; fractions as the decimals that DynamoDB takes."""
    if isinstance(plain, float):
        return Decimal(repr(plain))
    if isinstance(plain, dict):
        return {name: _without_none(inner) for name, inner in plain.items() if inner is not None}
    return [_without_none(inner) for inner in plain] if isinstance(plain, list) else plain


def _built(name: str, kind: Any, plain: Any) -> Any:
    return _reader(kind)(name, plain)


@cache
def _reader(kind: Any) -> Reader:
    """How a field of that kind is read: worked out once, as items have hundreds."""
    if isinstance(kind, UnionType):
        inner = _reader(next(option for option in get_args(kind) if option is not type(None)))
        return lambda name, plain: None if plain is None else inner(name, plain)
    if isinstance(kind, type) and is_dataclass(kind):
        return lambda name, plain: _record(name, kind, plain)
    if kind is datetime:
        return _time
    if kind is str:
        return checked_text
    origin = get_origin(kind)
    if origin in (tuple, frozenset):
        return _several(origin, _reader(get_args(kind)[0]))
    if origin is Mapping:
        return _named(_reader(get_args(kind)[1]))
    return lambda name, plain: _single(name, kind, plain)


def _several(origin: Any, inner: Reader) -> Reader:
    def read(name: str, plain: Any) -> Any:
        if not isinstance(plain, (list, tuple, set, frozenset)):
            raise wrong(name, plain, "a list")
        return origin(inner(name, each) for each in plain)

    return read


def _named(inner: Reader) -> Reader:
    def read(name: str, plain: Any) -> Any:
        if not isinstance(plain, Mapping):
            raise wrong(name, plain, "an object")
        return {checked_text(name, key): inner(name, each) for key, each in plain.items()}

    return read


def _time(name: str, plain: Any) -> datetime:
    """We write each with its zone."""
    found = moment({name: plain}, name)
    if datetime.fromisoformat(plain).tzinfo is None:
        raise wrong(name, plain, "a time with its zone")
    return found


def _single(name: str, kind: Any, plain: Any) -> Any:
    if kind is bool:
        if not isinstance(plain, bool):
            raise wrong(name, plain, "true or false")
    elif kind is int:
        if isinstance(plain, bool) or not isinstance(plain, (int, Decimal)) or not 0 <= plain < NUMBER_MOST:
            raise wrong(name, plain, f"a whole number below {NUMBER_MOST}")
        if plain != int(plain):
            raise wrong(name, plain, "a whole number")
        return int(plain)
    elif kind is float:
        if (
            isinstance(plain, bool)
            or not isinstance(plain, (int, float, Decimal))
            or not -NUMBER_MOST < plain < NUMBER_MOST
        ):
            raise wrong(name, plain, f"a number below {NUMBER_MOST}")
        return float(plain)
    elif isinstance(kind, type) and issubclass(kind, StrEnum):
        if plain not in tuple(kind):
            raise wrong(name, plain, f"one of {', '.join(kind)}")
        return kind(plain)
    return plain


def _record(name: str, kind: Any, plain: Any) -> Any:
    if not isinstance(plain, Mapping):
        raise wrong(name, plain, "an object")
    found: dict[str, Any] = {}
    for field, hint, needed in _stored(kind):
        if field in plain:
            found[field] = _reader(hint)(field, plain[field])
        elif needed:
            if not isinstance(hint, UnionType):
                raise KeyError(field)
            found[field] = None
    built = kind(**found)
    if check := getattr(built, "check", None):
        check()
    return built


@cache
def _stored(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    """Name and kind of each stored field, and whether a value cannot be made without it."""
    hints = get_type_hints(kind)
    return tuple(
        (field.name, hints[field.name], field.default is MISSING and field.default_factory is MISSING)
        for field in fields(kind)
        if _is_stored(field)
    )


def _is_stored(field: Field[Any]) -> bool:
    return bool(field.metadata.get("stored", True))
