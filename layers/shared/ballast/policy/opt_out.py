"""How is "leave it alone" written? `true`, `false`, or an ISO 8601 time until which it holds."""

from __future__ import annotations

from datetime import UTC, datetime


def holds(value: str | None, now: datetime) -> bool:
    """Whether it holds now; an unreadable value counts as yes."""
    if value is None or value.lower() == "false":
        return False
    try:
        return _moment(value) > now
    except ValueError:
        return True


def readable(value: str) -> bool:
    if value.lower() in ("true", "false"):
        return True
    try:
        _moment(value)
    except ValueError:
        return False
    return True


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
