"""When may instances be started? Maintenance windows: a cron expression, a duration and a time zone.

Clock changes are cronsim's business, which does as Debian's cron does (https://github.com/cuu508/cronsim): a start inside the
hour that does not exist happens right after it, one inside the hour that exists twice happens once, the first time.
Durations are elapsed time, so a window is never an hour shorter or longer than it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from ballast.value import dataclass

FOREVER = datetime.max.replace(tzinfo=UTC)
LONGEST = timedelta(days=7)
A_MONTH = timedelta(days=31)
FORM = "a window such as '0 2 any any tue-thu for 4h in Europe/Berlin'"
FORM_OF_TIMES = "off, or a time such as '0 7 any any any in UTC' or '30 8 any any mon in Europe/Berlin'"
_WINDOW = r"(?P<cron>\S+ \S+ \S+ \S+ \S+) for (?P<duration>\S+) in (?P<zone>\S+)"  # compiled on first use
_DURATION = r"(?:(\d{1,3})h)?(?:(\d{1,5})m)?"


@dataclass(frozen=True, slots=True)
class Window:
    """`cron` has five fields and begins the window at local times of `zone`, an IANA name."""

    cron: str
    duration: timedelta
    zone: str

    def open_until(self, now: datetime) -> datetime | None:
        """When the window that is open now closes; None when none is."""
        still_open = takewhile(lambda start: start <= now, self._starts_after(now - self.duration))
        began = max(still_open, default=None)
        return began + self.duration if began else None

    def opens_after(self, now: datetime) -> datetime:
        """The next start; FOREVER when cronsim finds none within 50 years."""
        return next(self._starts_after(now), FOREVER)

    def opens_until(self, now: datetime, end: datetime) -> Iterator[datetime]:
        return takewhile(lambda start: start < end, self._starts_after(now))

    def _starts_after(self, moment: datetime) -> Iterator[datetime]:
        from zoneinfo import ZoneInfo  # noqa: PLC0415 - most clusters have no window, and every cold start would pay for it

        from cronsim import CronSim  # noqa: PLC0415 - the same

        # In the second pass of an hour that exists twice cronsim begins with starts of the first, which are over.
        starts = (start.astimezone(UTC) for start in CronSim(self.cron, moment.astimezone(ZoneInfo(self.zone))))
        return (start for start in starts if start > moment)


def read_windows(text: str) -> tuple[Window, ...]:
    """Read windows that are joined by " and "; an empty text is none.

    A tag of ECS holds no asterisk (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html), so `any` is one.
    Raises ValueError in one sentence.
    """
    parts = [part.strip() for part in text.split(" and ")] if text.strip() else []
    return tuple(_read(" ".join(part.split())) for part in parts)


def open_until(windows: Sequence[Window], now: datetime) -> datetime | None:
    """When no window is open any more; None when all are closed now, FOREVER when there are none.

    Windows that overlap or touch are one, as a drain may run on from one into the next; it is followed for LONGEST.
    """
    if not windows:
        return FOREVER
    until = _last_close(windows, now)
    while until and until < now + LONGEST and (later := _last_close(windows, until)):
        until = later
    return until


def next_opening(windows: Sequence[Window], now: datetime) -> datetime:
    """When the first of them opens next, whether one is open now or not; now when there are none."""
    return min((window.opens_after(now) for window in windows), default=now)


def longest(windows: Sequence[Window], now: datetime) -> timedelta:
    """How long they are open at a stretch, within a month and at their next starts; timedelta.max when there are none."""
    if not windows:
        return timedelta.max
    soon = now + A_MONTH
    starts = {start for window in windows for start in (window.opens_after(now), *window.opens_until(now, soon))}
    return max((until - start for start in starts if (until := open_until(windows, start))), default=timedelta())


def _last_close(windows: Sequence[Window], moment: datetime) -> datetime | None:
    return max((until for window in windows if (until := window.open_until(moment))), default=None)


def _read(text: str) -> Window:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - as above

    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - as above

    found = re.fullmatch(_WINDOW, text, re.IGNORECASE)
    if not found:
        raise ValueError(f"{text!r} is not {FORM}")
    cron = _unwrapped(re.sub(r"\bany\b", "*", found["cron"].lower()))
    try:
        starts = CronSim(cron, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(f"{found['cron']!r} is not a cron expression of five fields ({error})") from error
    if next(starts, None) is None:
        raise ValueError(f"{found['cron']!r} never comes")
    try:
        ZoneInfo(found["zone"])
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a folder of zones such as Europe
        raise ValueError(f"{found['zone']!r} is not a time zone such as Europe/Berlin or UTC") from error
    return Window(cron, _duration(found["duration"]), found["zone"])


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def _unwrapped(cron: str) -> str:
    """Ranges that run over the end, such as fri-mon, 22-2 or nov-feb, in a form that cronsim takes: 5,6,0,1."""
    minutes, hours, day, months, weekdays = cron.split()
    hours = _ranges(hours, range(24))
    months = _ranges(months, range(1, 13), MONTHS)
    weekdays = _ranges(re.sub("^7-|,7-", lambda found: found[0].replace("7", "0"), weekdays), range(7), DAYS)
    return f"{minutes} {hours} {day} {months} {weekdays}"


def _ranges(field: str, known: range, names: Sequence[str] = ()) -> str:
    numbers = {**{str(number): number for number in known}, **dict(zip(names, known, strict=False))}
    return ",".join(_range(each, known, numbers) for each in field.split(","))


def _range(text: str, known: range, numbers: Mapping[str, int]) -> str:
    found = re.fullmatch(r"(\w+)-(\w+)(?:/([1-9]\d?))?", text)
    if not found or not {found[1], found[2]} <= numbers.keys() or numbers[found[1]] <= numbers[found[2]]:
        return text
    all_of_them = [*known[known.index(numbers[found[1]]) :], *known[: known.index(numbers[found[2]]) + 1]]
    return ",".join(map(str, all_of_them[:: int(found[3] or 1)]))


def _duration(text: str) -> timedelta:
    found = re.fullmatch(_DURATION, text.lower())
    hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0)
    duration = timedelta(hours=hours, minutes=minutes)
    if not timedelta() < duration <= LONGEST:
        raise ValueError(f"{text!r} is not a duration such as 4h, 90m or 1h30m, of at most 7 days")
    return duration


def holds(value: str | None, now: datetime) -> bool:
    """Whether it holds now; an unreadable value counts as yes."""
    if value is None or value.lower() == "false":
        return False
    try:
        return _moment(value) > now
    except ValueError:
        return True


def until_of(value: str | None) -> datetime | None:
    """Until when it holds, where it says that."""
    try:
        return _moment(value) if value else None
    except ValueError:
        return None


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
