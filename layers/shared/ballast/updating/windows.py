"""When may instances be started? Maintenance windows: a cron expression, a duration and a time zone.

Clock changes are cronsim's business, which does as Debian's cron does (https://github.com/cuu508/cronsim): a start inside the
hour that does not exist happens right after it, one inside the hour that exists twice happens once.
Durations are elapsed time, so a window is never an hour shorter or longer than it says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

FOREVER = datetime.max.replace(tzinfo=UTC)
LONGEST = timedelta(days=7)
FORM = "a window such as '0 2 any any tue-thu for 4h in Europe/Berlin'"
_WINDOW = re.compile(r"(?P<cron>\S+ \S+ \S+ \S+ \S+) for (?P<duration>\S+) in (?P<zone>\S+)", re.IGNORECASE)
_DURATION = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?")


@dataclass(frozen=True, slots=True)
class Window:
    """`cron` has five fields and begins the window at local times of `zone`, an IANA name."""

    cron: str
    duration: timedelta
    zone: str

    def open_until(self, now: datetime) -> datetime | None:
        """When the window that is open now closes; None when none is."""
        local = now.astimezone(ZoneInfo(self.zone))
        # Going back from a minute later: cronsim gives what is strictly before.
        for start in CronSim(self.cron, local + timedelta(minutes=1), reverse=True):
            began = start.astimezone(UTC)
            if began <= now:
                closes = began + self.duration
                return closes if closes > now else None
        return None

    def opens_after(self, now: datetime) -> datetime:
        """The next start; FOREVER when there is none, as on 30 February."""
        local = now.astimezone(ZoneInfo(self.zone))
        return next((start.astimezone(UTC) for start in CronSim(self.cron, local)), FOREVER)


def read_windows(text: str) -> tuple[Window, ...]:
    """Read windows that are joined by " and "; an empty text is none.

    A tag of ECS holds no asterisk (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html), so `any` is one.
    Raises ValueError in one sentence.
    """
    parts = [part.strip() for part in text.split(" and ")] if text.strip() else []
    return tuple(_read(" ".join(part.split())) for part in parts)


def open_until(windows: Sequence[Window], now: datetime) -> datetime | None:
    """When the last of the windows that are open now closes; None when all are closed, FOREVER when there are none."""
    if not windows:
        return FOREVER
    return max((until for window in windows if (until := window.open_until(now))), default=None)


def next_opening(windows: Sequence[Window], now: datetime) -> datetime:
    """When the first of them opens next."""
    return min((window.opens_after(now) for window in windows), default=now)


def _read(text: str) -> Window:
    found = _WINDOW.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not {FORM}")
    cron = re.sub(r"\bany\b", "*", found["cron"].lower())
    try:
        CronSim(cron, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(f"{found['cron']!r} is not a cron expression of five fields ({error})") from error
    try:
        ZoneInfo(found["zone"])
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{found['zone']!r} is not a time zone such as Europe/Berlin or UTC") from error
    return Window(cron, _duration(found["duration"]), found["zone"])


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text.lower())
    hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0)
    duration = timedelta(hours=hours, minutes=minutes)
    if not timedelta() < duration <= LONGEST:
        raise ValueError(f"{text!r} is not a duration such as 4h, 90m or 1h30m, of at most 7 days")
    return duration
