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
from simulator.demo.pace import Pace
from simulator.demo.plain import play_plain
from simulator.demo.summary import print_summary
from simulator.demo.tally import Tally
from simulator.stage import Stage

PLAIN_WIDTH = 120
BY_SIGNAL = 128  # and its number: what a shell reports
STOPS = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM"}
BROKEN_PIPE = 141


def show(stage: Stage, *, plain: bool, speed: float) -> int:
    """Answer the exit code: 0, also after q; 130 after Ctrl-C, 143 after SIGTERM. `speed` is virtual seconds in a second."""
    console = Console(highlight=False, emoji=False, markup=False)
    plain = plain or console.is_dumb_terminal
    if plain:
        console = Console(highlight=False, emoji=False, markup=False, color_system=None, width=PLAIN_WIDTH)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        with _signals() as stopped_by, stage:
            tally, pace = Tally(stage), Pace(speed)
            if plain:
                story = play_plain(stage, tally, stopped=lambda: stopped_by() is not None)
            else:
                story = play_live(stage, tally, console, pace, stopped=lambda: stopped_by() is not None)
            by = stopped_by()
            cut_short = STOPS[by] if by else "q" if pace.quit else ""
            with console.capture() as summary:
                print_summary(console, tally, story, cut_short=cut_short)
            print("\n".join(line.rstrip() for line in summary.get().splitlines()), flush=True)
            return BY_SIGNAL + by if by else 0
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads what the exit still flushes
        return BROKEN_PIPE


@contextmanager
def _signals() -> Iterator[Callable[[], signal.Signals | None]]:
    """Only notes them: an exception could rise inside a handler under test, which would report it as its own failure."""
    caught: signal.Signals | None = None

    def note(number: int, _: FrameType | None) -> None:
        nonlocal caught
        caught = signal.Signals(number)

    before = {each: signal.signal(each, note) for each in STOPS}
    try:
        yield lambda: caught
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
