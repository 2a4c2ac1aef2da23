"""How do several invocations overlap in one process? Each is a greenlet that gives way while virtual time passes."""

from __future__ import annotations

from collections.abc import Callable

from greenlet import getcurrent, greenlet

from simulator.clock import Clock, Timer


class Killed(BaseException):
    """The environment died; no handler may catch it."""


class TimedOut(Killed):
    """Lambda ended the invocation at the function's timeout."""


class Execution(greenlet):  # type: ignore[misc]  # greenlet ships no types
    """Runs `work`; `sleep` lets the clock and other executions go on.

    `before_resume` runs each time it gets the processor; `ended` gets its exception, or None.
    """

    def __init__(
        self,
        clock: Clock,
        work: Callable[[], None],
        *,
        before_resume: Callable[[], None],
        ended: Callable[[BaseException | None], None],
        function: str = "",
        invocation: str = "",
    ) -> None:
        super().__init__()
        self.function = function  # logical id
        self.invocation = invocation
        self._clock = clock
        self._work = work
        self._before_resume = before_resume
        self._ended = ended
        self._timer: Timer | None = None
        self._fate: Killed | None = None

    def run(self) -> None:
        error: BaseException | None = None
        try:
            self._work()
        except BaseException as raised:  # noqa: BLE001 - a handler may fail in any way
            error = raised
        self._ended(self._fate or error)

    def begin(self) -> None:
        self._resume()

    def sleep(self, seconds: float) -> None:
        """Called inside: come back after virtual seconds; Killed when the environment died meanwhile."""
        self.check()
        self._timer = self._clock.after(seconds, self._resume)
        self.parent.switch()
        self.check()

    def check(self) -> None:
        """Called inside: nothing of a dead invocation has an effect, even if it survives its exception."""
        if self._fate is not None:
            raise self._fate

    def die(self) -> None:
        """Called inside: the environment is gone."""
        self._fate = Killed()
        raise self._fate

    def stop(self, fate: Killed) -> None:
        """Called outside: end it where it waits."""
        self._fate = fate
        if self._timer is not None:
            self._timer.cancel()
        self._resume()

    def _resume(self) -> None:
        self.parent = getcurrent()
        self._before_resume()
        self.switch()


def current() -> Execution | None:
    """The invocation that is running now; None outside of all."""
    running = getcurrent()
    return running if isinstance(running, Execution) else None
