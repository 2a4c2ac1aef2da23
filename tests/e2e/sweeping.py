"""The template's schedules of every minute, played every few seconds: what a schedule sends, to the queues it sends it to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread

from tests.e2e.looking import Account

EVERY_S = 3.0
MINUTE_S = 60.0
SPREADS_ITSELF = "DrainSweeps"  # one message a cluster, over the minute that follows: played once, at the beginning


class Sweeping:
    """Until it is stopped."""

    def __init__(self, here: Account) -> None:
        self._here = here
        self._over = Event()
        self._sending = Lock()
        self._thread = Thread(target=self._sweep, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing is sent meanwhile."""
        with self._sending:
            yield

    def _sweep(self) -> None:
        rules = [rule for rule in self._here.stack.spec.rules if rule.every_s == MINUTE_S]
        queues = {queue for rule in rules for queue in rule.queues}
        self._send(queues)
        while not self._over.wait(EVERY_S):
            self._send(queues - {SPREADS_ITSELF})

    def _send(self, queues: Iterable[str]) -> None:
        with self._sending:
            for queue in sorted(queues):
                self._here.send(queue, json.dumps(self._here.event("scheduled_sweep", {})))
