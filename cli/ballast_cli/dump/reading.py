"""A dump in a file: read, checked field by field against the records, or refused in one sentence that says what and where."""

from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from ballast_cli.dump.records import VERSION, Dump
from ballast_cli.dump.whole import check

SAID = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime: "a time such as 2026-11-29T09:00:00Z",
}
LONGEST_SHOWN = 40


class DumpError(ValueError):
    """One sentence for whoever named the file."""


def read_dump(path: Path) -> Dump:
    """Raises DumpError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DumpError(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is no text in UTF-8'}"
        ) from error
    try:
        return dump_of(text)
    except DumpError as error:
        raise DumpError(f"{path}: {error}") from error


def dump_of(text: str) -> Dump:
    """Raises DumpError."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise DumpError(
            f"line {error.lineno} is no JSON ({error.msg}), so this is no dump, or only a part of one"
        ) from error
    except (ValueError, RecursionError) as error:
        raise DumpError(f"this is no JSON that can be read ({type(error).__name__})") from error
    if not isinstance(whole, dict) or "ballast_dump" not in whole:
        raise DumpError("this is no dump of Ballast, as it has no ballast_dump; `ballast dump` writes one")
    if (version := whole["ballast_dump"]) != VERSION or isinstance(version, bool):
        raise DumpError(f"this is a dump of version {_shown(version)}, and this Ballast reads version {VERSION}")
    dump: Dump = _read(Dump, whole, "")
    if found := check(dump):
        raise DumpError(found)
    return dump


@cache
def _kinds(record: type) -> Mapping[str, Any]:
    return get_type_hints(record)


def _read(kind: Any, value: Any, where: str) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        [inner] = [each for each in get_args(kind) if each is not type(None)]
        return None if value is None else _read(inner, value, where)
    if is_dataclass(kind):
        return _record(kind, value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise _wrong(where, "a list", value)
        return tuple(_read(get_args(kind)[0], each, f"{where}[{number}]") for number, each in enumerate(value))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            raise _wrong(where, "an object", value)
        return {key: _read(get_args(kind)[1], each, f"{where}[{_shown(key)}]") for key, each in value.items()}
    if kind is datetime:
        return _time(value, where)
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)) and kind is not float:
        return value
    raise _wrong(where, SAID[kind], value)


def _record(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(where, "an object", value)
    known = {f.name: f for f in fields(kind)}
    if strange := sorted(value.keys() - known.keys()):
        raise DumpError(f"{_at(where, strange[0])} is nothing that version {VERSION} knows")
    for name, each in known.items():
        if name not in value and each.default is MISSING and each.default_factory is MISSING:
            raise DumpError(f"{_at(where, name)} is missing")
    return kind(**{name: _read(_kinds(kind)[name], each, _at(where, name)) for name, each in value.items()})


def _time(value: Any, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise _wrong(where, SAID[datetime], value) from error


def _at(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _wrong(where: str, expected: str, value: Any) -> DumpError:
    return DumpError(f"{where or 'the whole'} is {_shown(value)}, but must be {expected}")


def _shown(value: Any) -> str:
    shown = json.dumps(value)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"
