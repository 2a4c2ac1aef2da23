"""How does the demo write a moment of virtual time?"""

from __future__ import annotations

from datetime import timedelta

from simulator.clock import Clock


def elapsed(at_s: float) -> str:
    """Minutes and seconds since the start, mm:ss."""
    minutes, seconds = divmod(int(at_s), 60)
    return f"{minutes:02d}:{seconds:02d}"


def wall(clock: Clock, at_s: float) -> str:
    """The time of day in UTC, HH:MM:SS."""
    return f"{clock.epoch + timedelta(seconds=at_s):%H:%M:%S}"
