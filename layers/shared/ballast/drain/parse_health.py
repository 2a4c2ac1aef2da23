"""Which instances does AWS Health announce a change of, and for when?

https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html: affectedEntities is not required,
and its members are whatever is affected: instances, Dedicated Hosts, volumes, ARNs, UNKNOWN.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ballast.drain.events import ChangeScheduled, Irrelevant
from ballast.facts.view import EC2_INSTANCE_ID
from ballast.records.event import time_of
from ballast.records.field import checked_text, items, maybe_name_in, part, sane, text, wrong

ARN_MOST = 1600  # API_Event
DATE_MOST = 100
INSTANCE = rf"(?:arn:[^\s]+:instance/)?({EC2_INSTANCE_ID})"  # AWS has sent both
OVER = ("RESOLVED", "UNIMPAIRED")  # API_AffectedEntity, statusCode: nothing is to come for this one
# "Thu, 27 Aug 2026 13:19:03 GMT"; the weekday is often wrong and the day has one digit or two.
NOON = 12
CLOCK_OF_TWELVE = r"(?i)\b(\d{1,2})(:\d\d(?::\d\d)?)\s*([AP])\.?M\.?\b"
ZONE = r"(?i):\d\d(?:\s+(GMT|UTC|UT|Z|[+-]\d{4}))?\s*$"


def scheduled_change(event: Mapping[str, Any]) -> ChangeScheduled | Irrelevant:
    """A parser for `read_event`."""
    detail = part(event, "detail")
    if text(detail, "eventTypeCategory") != "scheduledChange" or text(detail, "service") != "EC2":
        return Irrelevant("not a scheduled change of EC2")
    if detail.get("backupEvent") in ("true", True):
        return Irrelevant("the copy that AWS Health sends to the backup Region")
    is_open = (maybe_name_in(detail, "statusCode") or "open") != "closed"
    statuses: dict[str, bool] = {}
    for instance_id, is_over in _instances(detail):  # whoever is named twice is over only if both say so
        statuses[instance_id] = statuses.get(instance_id, True) and is_over
    if not statuses:
        _refuse_unreadable(detail)
        return Irrelevant("no instance is affected")
    return ChangeScheduled(
        instance_ids=tuple(i for i, is_over in statuses.items() if is_open and not is_over),
        event_arn=maybe_name_in(detail, "eventArn", ARN_MOST) or "",
        kind=maybe_name_in(detail, "eventTypeCode") or "",
        # Of an Event no field is required (API_Event). Without a date the change may come any moment.
        starts_at=_date(detail, "startTime") if detail.get("startTime") is not None else None,
        over=tuple(i for i, is_over in statuses.items() if is_over or not is_open),
        at=time_of(event),
    )


def _instances(detail: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """And whether it is over for each. One entity that cannot be read does not keep the others from being drained."""
    entities = items(detail, "affectedEntities") if detail.get("affectedEntities") is not None else ()
    for entity in entities:
        value = entity.get("entityValue") if isinstance(entity, Mapping) else None
        found = re.fullmatch(INSTANCE, value) if isinstance(value, str) else None
        if found:
            yield found[1], entity.get("status") in OVER


def _refuse_unreadable(detail: Mapping[str, Any]) -> None:
    """An instance may be meant by what cannot be read, and nobody else would say so."""
    for entity in detail.get("affectedEntities") or ():
        value = part({"affectedEntities": entity}, "affectedEntities").get("entityValue")
        if value is not None:
            checked_text("entityValue", value)


def _date(detail: Mapping[str, Any], name: str) -> datetime:
    """Read, or refused: a zone that nobody knows is hours off, and "1:19 PM" is not 01:19."""
    value = checked_text(name, detail[name])
    wanted = wrong(name, value, "a date such as Thu, 27 Aug 2026 13:19:03 GMT")
    if len(value) > DATE_MOST:
        raise wanted
    try:
        moment = parsedate_to_datetime(re.sub(CLOCK_OF_TWELVE, _of_24_hours, value))
    except (ValueError, TypeError, IndexError, OverflowError):
        moment = _iso(value, wanted)
    else:
        if moment.tzinfo is None and not re.search(ZONE, re.sub(CLOCK_OF_TWELVE, _of_24_hours, value)):
            raise wanted
    return sane(name, value, moment)


def _iso(value: str, wanted: ValueError) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise wanted from None


def _of_24_hours(found: re.Match[str]) -> str:
    hour, afternoon = int(found[1]), found[3].upper() == "P"
    if hour <= NOON:
        hour = hour % NOON + (NOON if afternoon else 0)
    return f"{hour:02d}{found[2]}"
