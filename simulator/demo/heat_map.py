"""A big fleet at a glance: one cell an instance, by state."""

from __future__ import annotations

from collections import Counter
from math import ceil

from rich.text import Text

from simulator.demo.look import LEGEND, LINGERS_S, Look, look_of, shown
from simulator.demo.tally import Tally

URGENCY = "?H!Dx+·"  # which of several instances in one cell is shown


def heat_map(tally: Tally, width: int, height: int) -> list[Text]:
    """The first line says what the marks mean; several instances share a cell only where the screen is too small."""
    now_s = tally.stage.clock.now_s
    there = [i for i in shown(tally) if i.ended_at_s is None or now_s < i.ended_at_s + LINGERS_S / 3]
    there.sort(key=lambda instance: instance.group or "~")
    looks = [look_of(tally, instance) for instance in there]
    share = max(1, ceil(len(looks) / max(1, width * (height - 1))))
    cells = [_loudest(looks[start : start + share]) for start in range(0, len(looks), share)]
    rows = (cells[start : start + width] for start in range(0, len(cells), width))
    return [_legend(looks, share), *(Text.assemble(*((look.mark, look.style) for look in row)) for row in rows)]


def _loudest(looks: list[Look]) -> Look:
    return min(looks, key=lambda look: URGENCY.index(look.mark))


def _legend(looks: list[Look], share: int) -> Text:
    counts = Counter(look.mark for look in looks)
    parts = [(f"{mark} {counts[mark]} {words}  ", style) for mark, (words, style) in LEGEND.items() if counts[mark]]
    return Text.assemble(*parts, ("" if share == 1 else f"a cell is {share} instances", "dim"))
