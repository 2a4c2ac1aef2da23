"""When is the digest told? A cron expression in a time zone, at most once a day and at least once a week."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from ballast.policy.windows import FORM_OF_TIMES, Window, read_windows

OFF = "off"
_DAY = "(?:[0-7]|[a-z]{3})"
_TIME = rf"(?P<cron>\d{{1,2}} \d{{1,2}} (?:\*|any) (?:\*|any) (?:\*|any|{_DAY}(?:[,-]{_DAY})*)) in (?P<zone>\S+)"
AT_MOST = timedelta(days=8)  # from one time to the next: a week, and a change of clocks


def read_times(text: str) -> Window | None:
    """None: it is off. A window's start is the time, its length means nothing. Raises ValueError in one sentence."""
    if text == OFF:
        return None
    found = re.fullmatch(_TIME, text, re.ASCII)
    if not found:
        raise ValueError(f"{text!r} is not {FORM_OF_TIMES}")
    [window] = read_windows(f"{found['cron']} for 1h in {found['zone']}")
    return window


def last_time(times: Window, now: datetime) -> datetime:
    """The newest that has come."""
    return max(times.opens_until(now - AT_MOST, now + timedelta(microseconds=1)))
