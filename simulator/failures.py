"""What did Ballast itself report as gone wrong? Its handlers catch and retry, so a bug would otherwise stay unseen."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any, Self

from ballast.errors import BallastError, MalformedCallError
from ballast.telemetry import logger
from simulator.clock import Clock


@dataclass(frozen=True, slots=True)
class Failure:
    """`expected`: AWS said no or asked to come again, which the faults provoke; anything else is a bug of ours."""

    at_s: float
    message: str
    error: BaseException | None

    @property
    def expected(self) -> bool:
        return isinstance(self.error, BallastError) and not isinstance(self.error, MalformedCallError)


@dataclass(slots=True)
class FailureLog:
    """Stands in for `logger.exception` while it is entered."""

    clock: Clock
    seen: list[Failure] = field(default_factory=list)

    def __enter__(self) -> Self:
        logger.exception = self._note  # type: ignore[method-assign,assignment]
        return self

    def __exit__(self, *_: object) -> None:
        del logger.exception

    @property
    def bugs(self) -> list[Failure]:
        return [failure for failure in self.seen if not failure.expected]

    def _note(self, message: object, *_: Any, **__: Any) -> None:
        self.seen.append(Failure(self.clock.now_s, str(message), sys.exc_info()[1]))
