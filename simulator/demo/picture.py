"""One frame as an SVG file, for the README: `python -m simulator demo --svg docs/demo.svg --at 3.4`."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from simulator.demo.live import advance
from simulator.demo.screen import Screen
from simulator.demo.tally import Tally
from simulator.stage import Stage

WIDTH, HEIGHT = 116, 34
STEP_S = 10.0
# Rich's format fetches a font from a CDN; a picture in a repository should fetch nothing.
FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def save_picture(stage: Stage, path: Path, *, at_minutes: float, speed: float) -> None:
    """Play up to that virtual minute and write how the screen looks then."""
    console = Console(
        record=True, width=WIDTH, height=HEIGHT, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    with stage:
        screen = Screen(Tally(stage), pace=f"{speed:g}x speed")
        while (left_s := at_minutes * 60 - stage.clock.now_s) > 0:
            advance(stage, screen, min(STEP_S, left_s), 1)
        console.print(screen.frame(WIDTH, HEIGHT), height=HEIGHT)
    path.write_text(
        console.export_svg(title=f"make demo  ({stage.scenario.name})", code_format=FORMAT), encoding="utf-8"
    )
