"""The demo in a terminal: ten frames a second; where nothing happens, time goes faster."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep

from rich.console import Console
from rich.live import Live

from simulator.demo.keyboard import keyboard
from simulator.demo.messages import told
from simulator.demo.pace import KEYS, Pace
from simulator.demo.screen import Screen
from simulator.demo.story import Happening, happenings
from simulator.demo.tally import Tally
from simulator.stage import Stage

FRAME_S = 0.1
LONGEST_FRAME_S = 0.3  # a slow machine shows fewer frames, down to this, and only then slower time
STIRS_S = 15.0  # virtual: so long after a fact the world counts as busy,
READING_S = 50.0  # and so long after a message, which somebody reads
QUIET_FACTOR = 20


def play_live(
    stage: Stage, tally: Tally, console: Console, pace: Pace, *, stopped: Callable[[], bool]
) -> list[Happening]:
    """Show the story up to its end, until q, or until `stopped`. Answers all of it."""
    screen = Screen(tally, pace="", story=happenings(tally, tally.catch_up()))
    frame_s = FRAME_S
    with keyboard() as pressed, Live(console=console, screen=True, auto_refresh=False) as live:
        screen.keys = KEYS if pressed else ""
        while not stage.ended and not stopped():
            started = monotonic()
            pace.press(pressed() if pressed else "")
            if pace.quit:
                break
            factor = QUIET_FACTOR if _quiet(stage, tally) else 1
            if not pace.paused:
                advance(stage, screen, frame_s * pace.speed, factor)
            screen.pace = pace.words(factor)
            live.update(screen.frame(console.width, console.height), refresh=True)
            sleep(max(0.0, FRAME_S - (monotonic() - started)))
            frame_s = min(LONGEST_FRAME_S, monotonic() - started)
    return screen.story


def advance(stage: Stage, screen: Screen, step_s: float, steps: int) -> None:
    """Let the clock run some steps, and stop early when something stirs, so that no beginning is skipped."""
    for _ in range(steps):
        stage.run_on(step_s)
        new = happenings(screen.tally, screen.tally.catch_up())
        screen.story += new
        if steps > 1 and (new or not _quiet(stage, screen.tally)):
            return


def _quiet(stage: Stage, tally: Tally) -> bool:
    last_message_s = max((said.changed_s for said in told(stage)), default=0.0)
    now_s = stage.clock.now_s
    return now_s - tally.changed_s > STIRS_S and now_s - last_message_s > READING_S
