"""One frame as an SVG file, for the README: `make demo ARGS='--svg docs/demo.svg'`."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from simulator.demo.live import advance
from simulator.demo.look import shown
from simulator.demo.screen import Screen
from simulator.demo.tally import Tally
from simulator.stage import Stage

WIDTH, HEIGHT, HIGHEST = 120, 31, 48
AROUND_FLEET = 10  # rows: header, rollout, headings, footer
STEP_S = 10.0
# Rich's format fetches a font from a CDN, and some viewers swallow spaces; a picture in a repository fetches nothing.
FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
FORMAT = FORMAT.replace(" https://www.textualize.io", "").replace("<svg ", '<svg xml:space="preserve" ', 1)


def save_picture(stage: Stage, path: Path, *, at_minutes: float, speed: float) -> None:
    """Play up to that virtual minute and write how the screen looks then."""
    with stage:
        screen = Screen(Tally(stage), pace=f"{speed:g}x speed")
        end_s = 60 * min(at_minutes, stage.scenario.minutes)
        while (left_s := end_s - stage.clock.now_s) > 0 and not stage.ended:
            advance(stage, screen, min(STEP_S, left_s), 1)
        height = min(HIGHEST, max(HEIGHT, len(shown(screen.tally)) + AROUND_FLEET))
        console = Console(
            record=True, width=WIDTH, height=height, file=StringIO(), force_terminal=True, color_system="truecolor"
        )
        console.print(screen.frame(WIDTH, height), height=height)
    path.write_text(
        console.export_svg(title=f"make demo  ({stage.scenario.name})", code_format=FORMAT), encoding="utf-8"
    )
