"""How does an EventBridge event become a value? One frame for all functions; each has its own table of parsers.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ballast.errors import UnexpectedEventError
from ballast.value import dataclass

type Kind = tuple[str, str]  # source and detail-type

SCHEDULE: Kind = ("aws.events", "Scheduled Event")
UNKNOWN = "No function handles detail-type {kind!r} from source {source!r}: remove the rule that sends it here."


@dataclass(frozen=True, slots=True)
class Sweep:
    """The schedule's round, for what no event announced."""

    at: datetime


def read_event[T](
    event: Mapping[str, Any], parsers: Mapping[Kind, Callable[[Mapping[str, Any]], T]], unknown: str = UNKNOWN
) -> T:
    """Raise UnexpectedEventError in one sentence when the event is malformed, or `unknown` to the parsers."""
    source, kind = str(event.get("source")), str(event.get("detail-type"))
    parser = parsers.get((source, kind))
    if parser is None:
        raise UnexpectedEventError(unknown.format(kind=kind, source=source))
    try:
        return parser(event)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else f"cannot be read: {error}"
        raise UnexpectedEventError(f"{kind!r} event {event.get('id')!r} {what}.") from error


def time_of(event: Mapping[str, Any]) -> datetime:
    """When it happened; EventBridge says so in UTC."""
    moment = datetime.fromisoformat(event["time"])
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def sweep(event: Mapping[str, Any]) -> Sweep:
    """The parser of SCHEDULE."""
    return Sweep(time_of(event))
