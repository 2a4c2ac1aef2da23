"""A dump as text: one record a line, what is as usual left out, the same for the same cluster."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from ballast_cli.dump.records import Dump


def text_of(dump: Dump) -> str:
    """JSON, whose lists of records have one a line, so that two dumps can be compared line by line."""
    whole = plain(dump)
    parts = [f"{json.dumps(key)}: {_value(value)}" for key, value in whole.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def plain(value: Any) -> Any:
    """As JSON knows it; fields that are as usual are left out."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value) if not _usual(f, getattr(value, f.name))}
    if isinstance(value, Mapping):
        return {key: plain(value[key]) for key in sorted(value)}
    return [plain(each) for each in value] if isinstance(value, tuple) else value


def _usual(field: Any, value: Any) -> bool:
    if field.default is not MISSING:
        return bool(value == field.default)
    return field.default_factory is not MISSING and value == field.default_factory()


def _value(value: Any) -> str:
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return json.dumps(value, ensure_ascii=False)
    return "[\n" + ",\n".join(f"  {json.dumps(each, ensure_ascii=False)}" for each in value) + "\n]"
