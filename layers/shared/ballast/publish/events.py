"""What arrives in publish_notification's queue? A notice, a failure that AWS tells, the sweep, our own wake-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ballast.records.event import SCHEDULE, Kind, Sweep, read_event, sweep, time_of
from ballast.records.service_failure import DEPLOYMENT_STATE_CHANGE, SERVICE_ACTION, ServiceEvent, parse_service_event
from ballast.value import dataclass
from ballast.words import notice
from ballast.words.notice import Notice

WAKE: Kind = (notice.SOURCE, "Ballast Wake")


@dataclass(frozen=True, slots=True)
class Wake:
    """What the function sends itself: Slack may be written to again."""

    at: datetime


type Item = Notice | ServiceEvent | Sweep | Wake

UNKNOWN = (
    "{kind!r} from {source!r} is not for publish_notification; "
    f"expected '{notice.DETAIL_TYPE}', '{SERVICE_ACTION}', '{DEPLOYMENT_STATE_CHANGE}' or the schedule."
)


def _wake(event: Mapping[str, Any]) -> Wake:
    return Wake(time_of(event))


def parse(event: Mapping[str, Any]) -> Item:
    """Raise UnexpectedEventError in one sentence for an event that no rule of ours sends here, or that is malformed."""
    return read_event(event, _PARSERS, UNKNOWN)


_PARSERS: Mapping[Kind, Callable[[Mapping[str, Any]], Item]] = {
    (notice.SOURCE, notice.DETAIL_TYPE): Notice.parse,
    ("aws.ecs", SERVICE_ACTION): parse_service_event,
    ("aws.ecs", DEPLOYMENT_STATE_CHANGE): parse_service_event,
    SCHEDULE: sweep,
    WAKE: _wake,
}
