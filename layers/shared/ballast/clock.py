"""The only place that reads the time; the simulator replaces `utc_now`. Call it as `clock.utc_now()`."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
