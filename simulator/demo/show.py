"""Play a scenario for a person, and leave the summary on the screen."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from types import FrameType

from rich.console import Console

from simulator.demo.live import play_live
from simulator.demo.plain import play_plain
from simulator.demo.summary import print_summary
from simulator.demo.tally import Tally
from simulator.stage import Stage

PLAIN_WIDTH = 120
INTERRUPTED = 130  # what a shell reports for a command that Ctrl-C ended
BROKEN_PIPE = 141


def show(stage: Stage, *, plain: bool, speed: float) -> int:
    """Answer the exit code: 0, or 130 when Ctrl-C ended it early; `speed` is virtual seconds in a second."""
    console = Console(highlight=False, emoji=False, markup=False)
    plain = plain or console.is_dumb_terminal
    if plain:
        console = Console(highlight=False, emoji=False, markup=False, color_system=None, width=PLAIN_WIDTH)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        with _ctrl_c() as stopped, stage:
            tally = Tally(stage)
            if plain:
                story = play_plain(stage, tally, stopped=stopped)
            else:
                story = play_live(stage, tally, console, speed=speed, stopped=stopped)
            with console.capture() as summary:
                print_summary(console, tally, story, cut_short=stopped())
            print("\n".join(line.rstrip() for line in summary.get().splitlines()), flush=True)
            return INTERRUPTED if stopped() else 0
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads what the exit still flushes
        return BROKEN_PIPE


@contextmanager
def _ctrl_c() -> Iterator[Callable[[], bool]]:
    """Only notes it: an exception could rise inside a handler under test, which would report it as its own failure."""
    pressed = False

    def note(_: int, __: FrameType | None) -> None:
        nonlocal pressed
        pressed = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)
