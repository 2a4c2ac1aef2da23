"""A world whose clock runs by itself, and which tells a real event bus what happens in it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from random import Random
from threading import Event, RLock, Thread
from typing import Any

from simulator.clock import Clock
from simulator.world import World

TICK_S = 0.05
MOST_ENTRIES = 10  # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html

type Tell = Callable[[list[dict[str, Any]]], None]


class Running:
    """`with running.still()` gives the world as it is now; `speed` is virtual seconds a second."""

    def __init__(self, tell: Tell | None = None, *, seed: int = 1, speed: float = 1.0) -> None:
        self.clock = Clock(datetime.now(UTC))
        self.lock = RLock()
        self.world = World(self.clock, Random(seed))
        self.told: list[dict[str, Any]] = []
        self._tell = tell
        self._speed = speed
        self._began_s = time.monotonic()
        self._waiting: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._over = Event()
        self.world.subscribe(self._hear)
        self._threads = [Thread(target=each, daemon=True) for each in (self._tick, self._send)]
        for each in self._threads:
            each.start()

    def catch_up(self) -> None:
        with self.lock:
            self.clock.run_until((time.monotonic() - self._began_s) * self._speed)

    @contextmanager
    def still(self) -> Iterator[World]:
        """The world up to now, while its clock stands still."""
        with self.lock:
            self.catch_up()
            yield self.world

    def stop(self) -> None:
        self._over.set()
        for each in self._threads:
            each.join()

    def _hear(self, event: dict[str, Any]) -> None:
        self.told.append(event)
        self._waiting.put(event)

    def _tick(self) -> None:
        while not self._over.wait(TICK_S):
            self.catch_up()

    def _send(self) -> None:
        while not self._over.is_set():
            entries: list[dict[str, Any]] = []
            with suppress(Empty):
                entries.append(self._waiting.get(timeout=TICK_S))
                while len(entries) < MOST_ENTRIES:
                    entries.append(self._waiting.get_nowait())
            if entries and self._tell is not None:
                try:
                    self._tell([as_entry(each) for each in entries])
                except Exception as error:  # noqa: BLE001 - a bus that is not there yet, or no more, hears nothing
                    print(f"The event bus did not take {len(entries)} events: {error}", file=sys.stderr)


def as_entry(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event as PutEvents takes it."""
    return {
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"], default=str),
        "Resources": event.get("resources", []),
    }
