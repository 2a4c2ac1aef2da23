"""A big fleet at a glance: cells that fill the pane, as wide as their number allows, by state."""

from __future__ import annotations

from collections import Counter
from math import ceil

from rich.text import Text

from simulator.demo.bars import mini_bar
from simulator.demo.fleet import Row, row_of, sorted_rows
from simulator.demo.look import LEGEND, LINGERS_S, Look
from simulator.demo.palette import Palette
from simulator.demo.tally import Tally

URGENCY = "F?H!DRSEx+·✓"  # which of several instances in one cell is shown
WHOLE_ROW = 44  # characters for which a cell is a row with all that it says
MOST = 100  # wider cells say nothing more


def heat_map(tally: Tally, letters: Palette, width: int, height: int) -> list[Text]:
    """The first line says what the marks mean; several instances share a cell only where the screen is too small."""
    now_s = tally.stage.clock.now_s
    rows = [row for row in sorted_rows(tally) if (end := row[0].ended_at_s) is None or now_s < end + LINGERS_S / 3]
    room = max(1, height - 1)
    share = max(1, ceil(len(rows) / max(1, width * room)))
    chosen = [min(rows[at : at + share], key=_urgency) for at in range(0, len(rows), share)]
    columns = max(1, ceil(len(chosen) / room))
    cell = max(1, min(MOST, width // columns))
    columns = max(1, width // cell)
    lines = [_legend(tally, [look for _, look in rows], share)]
    for at in range(0, len(chosen), columns):
        line = Text()
        for row in chosen[at : at + columns]:
            line.append_text(_cell(tally, letters, row, cell))
        lines.append(line)
    return lines


def _urgency(row: Row) -> int:
    return URGENCY.index(row[1].mark)


def _cell(tally: Tally, letters: Palette, row: Row, width: int) -> Text:
    """A mark; from three characters on a bar beside it, and a gap; where there is room, the whole row."""
    instance, look = row
    if width >= WHOLE_ROW:
        cell = row_of(tally, letters, row, width - 2)
        cell.truncate(width - 2, pad=True)
        return cell.append("  ")
    cell = Text.assemble((look.mark, look.style))
    if width > 2:
        cell.append_text(mini_bar(tally.stage.world.find_host(instance.id), width - 2, look.style))
    return cell.append(" " if width > 1 else "")


def _legend(tally: Tally, looks: list[Look], share: int) -> Text:
    """Marks, and during a rollout how many run which version."""
    counts = Counter(look.mark for look in looks)
    parts = [(f"{mark} {counts[mark]} {words}  ", style) for mark, (words, style) in LEGEND.items() if counts[mark]]
    if tally.progress:
        versions = Counter(look.version for look in looks if look.version and look.mark not in "x+")
        parts += [(f"{count} on {version}  ", "bold") for version, count in versions.most_common()]
    return Text.assemble(*parts, ("" if share == 1 else f"a cell is {share} instances", "dim"))
