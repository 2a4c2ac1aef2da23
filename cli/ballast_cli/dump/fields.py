"""Single fields of AWS's answers, as a dump keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ballast.policy.settings import TAG_PREFIX


def tags_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """Of ECS's answers and of the others', which write a capital."""
    found = [*raw.get("tags", ()), *raw.get("Tags", ())]
    return {t.get("key") or t["Key"]: t.get("value") or t.get("Value") or "" for t in found}


def ours(tags: Mapping[str, str]) -> dict[str, str]:
    """Of all tags only those that decisions follow from."""
    return {key: value for key, value in tags.items() if key.startswith(TAG_PREFIX)}


def whole_seconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def maybe(moment: datetime | None) -> datetime | None:
    return None if moment is None else whole_seconds(moment)


def number(text: Any) -> int:
    return int(text) if text and str(text).isdecimal() else 0
