"""How does an EventBridge event become a value? One frame for all functions; each has its own table of parsers.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ballast.errors import UnexpectedEventError
from ballast.records.field import moment, sentence, shown
from ballast.value import dataclass

type Kind = tuple[str, str]  # source and detail-type

KIND_MOST = 80  # no source or detail-type of ours is longer
SCHEDULE: Kind = ("aws.events", "Scheduled Event")
UNKNOWN = "No function handles detail-type {kind!r} from source {source!r}: remove the rule that sends it here."


@dataclass(frozen=True, slots=True)
class Sweep:
    """The schedule's round, for what no event announced; of one `cluster`, or where None, of all."""

    at: datetime
    cluster: str | None = None


def read_event[T](
    event: Mapping[str, Any], parsers: Mapping[Kind, Callable[[Mapping[str, Any]], T]], unknown: str = UNKNOWN
) -> T:
    """Raise UnexpectedEventError, and nothing else, when the event is malformed, or `unknown` to the parsers.

    It says in one sentence which event, which field and what it holds.
    """
    source, kind = _named(event, "source"), _named(event, "detail-type")
    parser = parsers.get((source, kind))
    if parser is None:
        raise UnexpectedEventError(sentence(unknown.format(kind=kind, source=source)))
    try:
        return parser(event)
    except UnexpectedEventError as error:
        raise UnexpectedEventError(sentence(str(error))) from error
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else f"cannot be read: {error}"
        raise UnexpectedEventError(sentence(f"{kind!r} event {shown(event.get('id'))} {what}.")) from error


def _named(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    return value[:KIND_MOST] if isinstance(value, str) else shown(value)


def time_of(event: Mapping[str, Any]) -> datetime:
    """When it happened; EventBridge says so in UTC."""
    return moment(event, "time")


def sweep(event: Mapping[str, Any]) -> Sweep:
    """The parser of SCHEDULE."""
    return Sweep(time_of(event))
