"""The keys of what-if's JSON document, record by record, as docs/what-if.md lists them; what a record is, in its own words."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from inspect import getdoc
from textwrap import fill
from typing import Any, get_args, get_origin, get_type_hints

from ballast_cli.what_if.answer import Answer
from tools.dump_format import PLAIN


def table() -> str:
    """A record that is there twice is told once."""
    rows = [f"| `{where}` | {holds} | {says} |" for where, holds, says in _rows(Answer, "", {})]
    return "\n".join([f"{fill(_words(Answer), 110)}\n", "| Key | Holds | Is |", "|---|---|---|", *rows])


def _rows(record: type, where: str, told: dict[type, str]) -> Iterator[tuple[str, str, str]]:
    hints = get_type_hints(record)
    for each in fields(record):
        place = f"{where}{each.name}"
        holds, inner = _holds(hints[each.name])
        if inner in told:
            yield place, holds, f"as `{told[inner]}`"
            continue
        yield place, holds, _words(inner) if inner else ""
        if inner:
            told[inner] = place
            yield from _rows(inner, f"{place}[]." if holds == "list" else f"{place}.", told)


def _holds(kind: Any) -> tuple[str, type | None]:
    """In words, and the record that is inside."""
    origin = get_origin(kind)
    if origin is types.UnionType:
        inner = next(each for each in get_args(kind) if each is not type(None))
        return f"{_holds(inner)[0]} or null", None
    if origin is tuple:
        each: type = get_args(kind)[0]
        return ("list", each) if is_dataclass(each) else (f"list of {PLAIN[each]}s", None)
    if origin is Mapping:
        return f"object, {PLAIN[get_args(kind)[1]]} by name", None
    return (PLAIN[kind], None) if kind in PLAIN else ("object", kind)


def _words(record: type) -> str:
    """Its docstring; of a dataclass without one Python makes up a signature, which says nothing."""
    said = " ".join((getdoc(record) or "").split()).replace(" None", " null")
    return "" if said.startswith(f"{record.__name__}(") else said
