"""The fleet as rows, an instance each: its mark, its bar, its version, and what is going on."""

from __future__ import annotations

from itertools import groupby

from rich.text import Text

from simulator.demo.bars import bar, reserved
from simulator.demo.look import LEGEND, Look, look_of, shown
from simulator.demo.palette import Palette
from simulator.demo.tally import Tally
from simulator.world.core.records import Instance

BAR_LEGEND = "+ starts  - stops  length: CPU or memory reserved, the larger"
WORDS_WIDTH, CANARY = 14, " canary"
SHORT_ID, LONG_ID = 8, 19
VERSION_WIDTH = 7
SHARE_WIDTH = 9  # " 100% cpu"
WIDE = 62
SHORTEST_BAR = 12  # beside which an id is written out

type Row = tuple[Instance, Look]


def fleet_rows(tally: Tally, letters: Palette, width: int, height: int) -> list[Text]:
    """As many rows as there is room for; instances where nothing goes on are folded away first."""
    rows = sorted_rows(tally)
    groups = len({instance.group for instance, _ in rows})
    kept = _fold(rows, height - groups)
    lines = []
    for name, members in groupby(kept, key=lambda row: row[0].group):
        count = sum(instance.group == name for instance, _ in rows)
        lines.append(Text.assemble((name or "no Auto Scaling group", "bold"), (f"  {count} instances", "dim")))
        lines += [row_of(tally, letters, row, width) for row in members]
    if len(kept) < len(rows):
        lines.append(Text(f"… and {len(rows) - len(kept)} more", "dim"))
    return lines


def sorted_rows(tally: Tally) -> list[Row]:
    rows = [(instance, look_of(tally, instance)) for instance in shown(tally)]
    return sorted(rows, key=lambda row: row[0].group or "~")


def row_of(tally: Tally, letters: Palette, row: Row, width: int) -> Text:
    """Where it is narrow, `canary` stands for the id, which the line about the rollout names."""
    instance, look = row
    wide, updates = width >= WIDE, tally.progress is not None
    words_width = WORDS_WIDTH + (len(CANARY) if wide and updates else 0)
    room = width - 4 - words_width - (VERSION_WIDTH if updates else 0) - (SHARE_WIDTH if wide else 0)
    id_width = LONG_ID if room >= LONG_ID + SHORTEST_BAR else SHORT_ID
    name = "canary" if look.canary and not wide else instance.id[:id_width]
    host = tally.stage.world.find_host(instance.id)
    style = "dim" if look.quiet else LEGEND[look.mark][1]
    bold = "" if look.quiet and not look.canary else "bold"
    line = Text.assemble((look.mark, look.style), " ", (name.ljust(id_width), bold), " ")
    line.append_text(bar(letters, host, max(1, room - id_width)))
    if wide:
        share, of = reserved(host)
        line.append(f"{share:5.0%} {of}", "dim")
    line.append(" ")
    if updates:
        on_target = tally.progress is not None and look.version == tally.progress.rollout.target
        line.append(look.version[: VERSION_WIDTH - 1].ljust(VERSION_WIDTH), "green" if on_target else "")
    return line.append(look.words, style).append(CANARY if look.canary and wide else "", "bold cyan")


def _fold(rows: list[Row], room: int) -> list[Row]:
    """The canary of a rollout stays in sight."""
    if len(rows) <= room:
        return rows
    stirring = [row[0].id for row in rows if not row[1].quiet]
    canaries = [row[0].id for row in rows if row[1].canary and row[1].quiet]
    quiet = [row[0].id for row in rows if row[1].quiet and not row[1].canary]
    kept = set([*canaries, *stirring, *quiet][: max(0, room - 1)])
    return [row for row in rows if row[0].id in kept]
