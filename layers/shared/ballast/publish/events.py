"""What arrives in publish_notification's queue? A notice, a failure that AWS tells, or the sweep of every minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ballast.records.event import SCHEDULE, Kind, Sweep, read_event, sweep
from ballast.records.service_failure import DEPLOYMENT_STATE_CHANGE, SERVICE_ACTION, ServiceEvent, parse_service_event
from ballast.words import notice
from ballast.words.notice import Notice

type Item = Notice | ServiceEvent | Sweep

UNKNOWN = (
    "{kind!r} from {source!r} is not for publish_notification; "
    f"expected '{notice.DETAIL_TYPE}', '{SERVICE_ACTION}', '{DEPLOYMENT_STATE_CHANGE}' or the schedule."
)


def parse(event: Mapping[str, Any]) -> Item:
    """Raise UnexpectedEventError in one sentence for an event that no rule of ours sends here, or that is malformed."""
    return read_event(event, _PARSERS, UNKNOWN)


_PARSERS: Mapping[Kind, Callable[[Mapping[str, Any]], Item]] = {
    (notice.SOURCE, notice.DETAIL_TYPE): Notice.parse,
    ("aws.ecs", SERVICE_ACTION): parse_service_event,
    ("aws.ecs", DEPLOYMENT_STATE_CHANGE): parse_service_event,
    SCHEDULE: sweep,
}
