"""Virtual time: a heap of things that will happen, played in order.

Two callbacks due at the same instant run in the order in which they were set, so the same seed gives the same run.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

EPOCH = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(order=True, slots=True)
class Timer:
    """A callback that is due at `at_s`; `cancel()` makes it a no-op."""

    at_s: float
    order: int
    callback: Callable[[], None] | None = field(compare=False)

    def cancel(self) -> None:
        self.callback = None


class Clock:
    """Seconds since the start of the simulation, and what happens when."""

    def __init__(self, epoch: datetime = EPOCH) -> None:
        self.epoch = epoch
        self.now_s = 0.0
        self._heap: list[Timer] = []
        self._order = count()

    @property
    def utc(self) -> datetime:
        """The virtual wall clock, aware and in UTC."""
        return self.epoch + timedelta(seconds=self.now_s)

    def seconds(self, moment: datetime) -> float:
        """Seconds since the start at which the wall clock shows `moment`."""
        return (moment - self.epoch).total_seconds()

    def after(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        """Call back in `delay_s` seconds (at once, but not before this returns, when it is 0 or less)."""
        timer = Timer(self.now_s + max(0.0, delay_s), next(self._order), callback)
        heapq.heappush(self._heap, timer)
        return timer

    def at(self, moment_s: float, callback: Callable[[], None]) -> Timer:
        return self.after(moment_s - self.now_s, callback)

    def run_until(self, end_s: float) -> None:
        """Play everything that is due up to `end_s`, then stand there."""
        while self._heap and self._heap[0].at_s <= end_s:
            timer = heapq.heappop(self._heap)
            if timer.callback is not None:
                self.now_s = timer.at_s
                timer.callback()
        self.now_s = max(self.now_s, end_s)
