"""The questions of one cluster's round, each on its own: what fails is logged and remembered, the next is asked all the same.

A round ends well before its function would: what it does not get to is taken up by the next, a minute later.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ballast import clock
from ballast.telemetry import count, logger

LATEST = timedelta(seconds=12)  # after which nothing more is begun; the function may run for 25 s


class Questions:
    """`failed`: why, by question. Each time that one fails adds to the metric SweepsFailed."""

    def __init__(self, cluster: str) -> None:
        self._cluster = cluster
        self._began: datetime = clock.utc_now()
        self.failed: dict[str, str] = {}

    def ask[T](self, question: str, step: Callable[[], T]) -> T | None:
        """What `step` answers; None where it raises."""
        try:
            return step()
        except Exception as error:  # noqa: BLE001 - one question in trouble must not hold up the others
            logger.exception("the sweep cannot answer", cluster=self._cluster, question=question)
            count("SweepsFailed", cluster=self._cluster)
            self.failed[question] = str(error) or type(error).__name__
            return None

    @property
    def late(self) -> bool:
        return clock.utc_now() - self._began >= LATEST
