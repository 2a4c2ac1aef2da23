"""The only place that reads the time; the simulator replaces `utc_now`. Call it as `clock.utc_now()`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

# A call to AWS may be tried four times, with up to 1 + 2 + 4 s between: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
LAST_CALL = timedelta(seconds=8)

_ends_at: ContextVar[datetime | None] = ContextVar("ends_at", default=None)


def utc_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def ends_after(milliseconds: int) -> Iterator[None]:
    """Within it `is_late` knows when the run is stopped, as Lambda's context tells it; 0, as made-up ones say, is no limit."""
    known = _ends_at.set(utc_now() + timedelta(milliseconds=milliseconds) if milliseconds > 0 else None)
    try:
        yield
    finally:
        _ends_at.reset(known)


def is_late() -> bool:
    """Whether a call to AWS that begins now might not end before the run does."""
    ends_at = _ends_at.get()
    return ends_at is not None and utc_now() > ends_at - LAST_CALL
