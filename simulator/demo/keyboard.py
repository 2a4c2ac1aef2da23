"""Keys as they are pressed, from a terminal that is as before on every way out."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

try:
    import termios
    import tty
except ImportError:  # Windows has none
    termios = None  # type: ignore[assignment] # there are no keys then


@contextmanager
def keyboard(descriptor: int | None = None) -> Iterator[Callable[[], str] | None]:
    """What was pressed since the last call; None where input is no terminal of ours, so that there are no keys.

    `descriptor` is standard input when not said. Ctrl-C goes on to be a signal.
    """
    found = _terminal(descriptor)
    if found is None or termios is None:
        yield None
        return
    before = termios.tcgetattr(found)
    try:
        tty.setcbreak(found, termios.TCSANOW)
        yield lambda: _pressed(found)
    finally:
        termios.tcsetattr(found, termios.TCSANOW, before)


def _terminal(descriptor: int | None) -> int | None:
    try:
        found = sys.stdin.fileno() if descriptor is None else descriptor
    except (AttributeError, OSError, ValueError):  # there is no standard input, or it is closed
        return None
    return found if os.isatty(found) and not _in_background(found) else None


def _in_background(descriptor: int) -> bool:
    """Then the kernel would stop the process for what it changes."""
    try:
        return os.tcgetpgrp(descriptor) != os.getpgrp()
    except OSError:  # it is not the terminal that controls us
        return False


def _pressed(descriptor: int) -> str:
    """Nothing once the terminal has gone away."""
    try:
        ready, _, _ = select.select([descriptor], [], [], 0)
        return os.read(descriptor, 1024).decode(errors="ignore") if ready else ""
    except OSError:
        return ""
