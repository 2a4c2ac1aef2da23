"""The fleet as bars: a row an instance, a cell a task."""

from __future__ import annotations

from itertools import groupby

from rich.style import Style
from rich.text import Text

from simulator.demo.look import LEGEND, Look, look_of, shown
from simulator.demo.palette import STANDALONE, Palette, tile
from simulator.demo.tally import Tally
from simulator.world.core.records import Instance, Task
from simulator.world.ecs.task_counts import STARTING

CELL = 2  # a letter and a sign
WORDS_WIDTH = 14
SHORT_ID, LONG_ID = 8, 19
WIDE = 62

type Row = tuple[Instance, Look]


def fleet_rows(tally: Tally, letters: Palette, width: int, height: int) -> list[Text]:
    """As many rows as there is room for; instances where nothing goes on are folded away first."""
    rows = [(instance, look_of(tally, instance)) for instance in shown(tally)]
    rows.sort(key=lambda row: row[0].group or "~")
    groups = len({instance.group for instance, _ in rows})
    kept = _fold(rows, height - groups)
    lines = []
    for name, members in groupby(kept, key=lambda row: row[0].group):
        count = sum(instance.group == name for instance, _ in rows)
        lines.append(Text.assemble((name or "no Auto Scaling group", "bold"), (f"  {count} instances", "dim")))
        lines += [_row(tally, letters, row, width) for row in members]
    if len(kept) < len(rows):
        lines.append(Text(f"… and {len(rows) - len(kept)} more", "dim"))
    return lines


def _fold(rows: list[Row], room: int) -> list[Row]:
    if len(rows) <= room:
        return rows
    stirring = [row[0].id for row in rows if not row[1].quiet]
    quiet = [row[0].id for row in rows if row[1].quiet]
    kept = set([*stirring, *quiet][: max(0, room - 1)])
    return [row for row in rows if row[0].id in kept]


def _row(tally: Tally, letters: Palette, row: Row, width: int) -> Text:
    instance, look = row
    id_width = LONG_ID if width >= WIDE else SHORT_ID
    slots = (width - id_width - WORDS_WIDTH - 4) // CELL
    host = tally.stage.world.find_host(instance.id)
    tasks = [] if host is None else list(host.unfinished.values())
    line = Text.assemble((look.mark, look.style), " ", (instance.id[:id_width], "" if look.quiet else "bold"), " ")
    line.append_text(_bar(letters, tasks, slots))
    line.append(" ")
    return line.append(look.words, "dim" if look.quiet else LEGEND[look.mark][1])


def _bar(letters: Palette, tasks: list[Task], slots: int) -> Text:
    """Cells for tasks, then dots up to the end of the bar; `+n` for tasks that have no cell."""
    bar = Text()
    room = slots if len(tasks) <= slots else slots - 2
    for task in tasks[:room]:
        letter, colour = letters[task.host.cluster.name, task.service.name] if task.service else STANDALONE
        bar.append(*_cell(task, letter, colour))
    if len(tasks) > room:
        return bar.append(f"+{len(tasks) - room}".ljust(2 * CELL), "dim")
    return bar.append("· " * (slots - len(tasks)), "bright_black")


def _cell(task: Task, letter: str, colour: str) -> tuple[str, Style]:
    if task.dead:
        return f"{letter}x", Style(color="red", strike=True)
    if task.desired_status == "STOPPED":
        return f"{letter}-", Style(color=colour, dim=True)
    if task.last_status in STARTING:
        return f"{letter}+", Style(color=colour, bold=True)
    return f"{letter} ", tile(colour)
