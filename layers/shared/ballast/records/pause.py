"""What do we remember of the brake that somebody has put on a cluster? The item `pause` of the ledger."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ballast.records.field import shown
from ballast.value import dataclass

USUAL = timedelta(hours=4)  # where nobody says how long
LONGEST = timedelta(days=7)
KEPT = timedelta(days=7)  # after its end, for who asks later
PAUSED = "Ballast is paused"  # how its words begin
_SPAN = r"(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?"


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing voluntary begins before `until`; None is an end that nobody can read, so that it holds."""

    cluster: str
    by: str
    at: datetime | None
    until: datetime | None
    reason: str | None = None
    said: str | None = None  # id of the command
    said_at: datetime | None = None  # its time: what was said before that changes nothing any more
    expires_at: int | None = None  # when DynamoDB may forget it, in seconds since 1970

    item = "pause"  # not a field: a cluster has one

    def holds(self, now: datetime) -> bool:
        """Whether it is not over."""
        return self.until is None or now < self.until

    @property
    def words(self) -> str:
        """As part of a sentence: until when, by whom and why."""
        until = f"until {self.until:%Y-%m-%d %H:%M} UTC" if self.until else "until its end can be read"
        return f"{PAUSED} {until} by {self.by}" + (f": {self.reason}" if self.reason else "")


def unreadable(cluster: str) -> Pause:
    """In the place of what the ledger holds and nobody can read: what it was to forbid is forbidden."""
    return Pause(cluster, "an entry of the ledger that cannot be read", None, None)


def ending(pause: Pause, at: datetime, span: timedelta | None) -> Pause:
    """From `at` on for USUAL, or as long as was said, at most LONGEST."""
    until = at + min(span or USUAL, LONGEST)
    return replace(pause, at=at, until=until, expires_at=int((until + KEPT).timestamp()))


def read_span(text: str) -> timedelta:
    """Read 4h, 90m, 1h30m or 2d. Raises ValueError in one sentence."""
    found = re.fullmatch(_SPAN, text.strip().lower())
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    span = timedelta(days=days, hours=hours, minutes=minutes)
    if not timedelta() < span <= LONGEST:
        raise ValueError(f"{shown(text)} is not a time such as 4h, 90m or 2d, of at most {LONGEST.days} days")
    return span


def read_tag(value: str) -> Pause | None:
    """What a tag of the cluster says: until when, why, or both in this order; `false` is no pause, `true` one without a reason.

    `at` and, without a time, `until` follow from when the tag was first seen: `from_tag`.
    """
    value = value.strip()
    if value.lower() == "false":
        return None
    first, _, rest = value.partition(" ")
    until = _moment(first)
    reason = rest.strip() if until else value
    by = f"the cluster's tag {TAG}={value}" if value else f"the cluster's empty tag {TAG}"
    return Pause("", by, None, until, reason if until and reason else None)


def from_tag(pause: Pause, seen_since: datetime | None) -> Pause:
    """With an end: a tag that names none, or one that is too far, ends so long after it was first seen (None: not noted yet)."""
    if seen_since is None:
        return pause
    latest = seen_since + (LONGEST if pause.until else USUAL)
    return Pause("", pause.by, seen_since, min(pause.until or latest, latest), pause.reason)


TAG = "ballast:paused"


def _moment(text: str) -> datetime | None:
    """A number alone is rather that of an incident."""
    try:
        moment = datetime.fromisoformat(text) if "-" in text else None
    except ValueError:
        return None
    return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC))
