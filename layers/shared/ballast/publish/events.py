"""What arrives in publish_notification's queue? A notice, a failure that AWS tells, or the sweep of every minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ballast.errors import UnexpectedEventError
from ballast.records.service_failure import DEPLOYMENT_STATE_CHANGE, SERVICE_ACTION, ServiceEvent, parse_service_event
from ballast.words import notice
from ballast.words.notice import Notice


@dataclass(frozen=True, slots=True)
class Sweep:
    """Look at everything that was put off."""


type Item = Notice | ServiceEvent | Sweep


def parse(event: Mapping[str, Any]) -> Item:
    """Raise UnexpectedEventError for an event that no rule of ours sends here."""
    match event.get("source"), event.get("detail-type"):
        case notice.SOURCE, notice.DETAIL_TYPE:
            return Notice.parse(event)
        case "aws.ecs", str(kind) if kind in (SERVICE_ACTION, DEPLOYMENT_STATE_CHANGE):
            return parse_service_event(event)
        case "aws.events", "Scheduled Event":
            return Sweep()
        case source, kind:
            raise UnexpectedEventError(
                f"{kind!r} from {source!r} is not for publish_notification; "
                f"expected '{notice.DETAIL_TYPE}', '{SERVICE_ACTION}', '{DEPLOYMENT_STATE_CHANGE}' or the schedule."
            )
