"""The fields of a dump, record by record, as docs/what-if.md lists them."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from typing import Any, get_args, get_origin, get_type_hints

from ballast_cli.dump.records import Dump

PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false", datetime: "time"}


def table() -> str:
    """A row a field; those that may be left out have their usual value behind a sign of equality."""
    rows = [f"| `{where}` | {said} | {usual} |" for where, said, usual in _rows(Dump, "")]
    return "\n".join(["| Field | Holds | Unless said |", "|---|---|---|", *rows])


def _rows(record: type, where: str) -> Iterator[tuple[str, str, str]]:
    hints = get_type_hints(record)
    for each in fields(record):
        place = f"{where}{each.name}"
        said, inner = _said(hints[each.name])
        yield place, said, _usual(each)
        if inner is not None:
            yield from _rows(inner, f"{place}[]." if said == "list" else f"{place}.")


def _said(kind: Any) -> tuple[str, type | None]:
    """In words, and the record that is inside."""
    origin = get_origin(kind)
    if origin is types.UnionType:
        return _said(next(each for each in get_args(kind) if each is not type(None)))
    if origin is tuple:
        inner: type = get_args(kind)[0]
        return ("list", inner) if inner not in PLAIN else (f"list of {PLAIN[inner]}s", None)
    if origin is Mapping:
        return "object, by name", None
    return (PLAIN[kind], None) if kind in PLAIN else ("object", kind)


def _usual(field: Any) -> str:
    if field.default is MISSING:
        return "it must be said" if field.default_factory is MISSING else "empty"
    if field.default is None or field.default == () or is_dataclass(field.default):
        return "none"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default or 'none'}`"
