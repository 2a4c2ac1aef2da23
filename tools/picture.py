"""Boxes, lines and arrows as SVG, on a ground of its own that is light or dark as the reader's system is."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, LINE, GAP = 1000, 18, 14
SENDERS, QUEUE, FUNCTION, USES = 20, 310, 560, 772  # where each column begins
QUEUE_W, FUNCTION_W, USE_W = 210, 170, 206
STYLE = """
    .ground { fill: #fff } .band { fill: #f3f5f8 } text { fill: #1c2430; font: 13px system-ui, sans-serif }
    .small { font-size: 11px; fill: #55606f } .name { font-weight: 600 }
    .box { fill: #fff; stroke: #55606f } .function { fill: #0b6bcb; stroke: none } .of-function { fill: #fff; font-weight: 600 }
    .arrow { stroke: #55606f; fill: none; marker-end: url(#tip) } .tip { fill: #55606f }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #12161c } .band { fill: #1b212a } text { fill: #e4e9f0 } .small { fill: #a3afbf }
      .box { fill: #12161c; stroke: #a3afbf } .function { fill: #2f81d6 } .arrow { stroke: #a3afbf } .tip { fill: #a3afbf }
    }"""


@dataclass(frozen=True, slots=True)
class Box:
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


class Picture:
    """Bands below each other; within one, the left and the right grow by themselves, and the function stands between."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._top = GAP
        self._left = self._right = 0
        self._says = ""

    def begin(self, says: str) -> None:
        self._says = says
        self._start = len(self._parts)
        self._left = self._right = self._top + 2 * LINE + 6

    def queue(self, name: str, below: str, senders: Sequence[str]) -> Box:
        """With the lines of who sends to it."""
        height = max(LINE * len(senders), 2 * LINE + 4)
        y = self._left + (height - LINE * len(senders)) // 2
        box = Box(QUEUE, self._left + (height - 2 * LINE - 4) // 2, QUEUE_W, 2 * LINE + 4)
        for number, sender in enumerate(senders):
            who, _, what = sender.partition(": ")
            line = f'<tspan class="small">{escape(who)}</tspan> {escape(what)}'
            self._parts.append(f'<text x="{SENDERS}" y="{y + LINE * number + 13}">{line}</text>')
        if senders:
            self._arrow(QUEUE - 40, box.middle, QUEUE, box.middle)
        self._box(box, name, below)
        self._left += height + GAP
        return box

    def function(self, name: str, fed: Sequence[Box]) -> Box:
        middle = (fed[0].middle + fed[-1].middle) // 2 if fed else self._left + LINE
        box = Box(FUNCTION, middle - LINE - 4, FUNCTION_W, 2 * LINE + 8)
        for each in fed:
            self._arrow(QUEUE + QUEUE_W, each.middle, FUNCTION, box.middle)
        self._parts.append(self._rectangle(box, "function"))
        centre = box.x + box.width // 2
        self._parts.append(
            f'<text class="of-function" text-anchor="middle" x="{centre}" y="{box.middle + 5}">{escape(name)}</text>'
        )
        self._left = max(self._left, box.y + box.height + GAP)
        return box

    def use(self, function: Box, kind: str, name: str) -> None:
        """A resource of the stack, in a box on the right."""
        box = Box(USES, self._right, USE_W, LINE + 6)
        self._arrow(FUNCTION + FUNCTION_W, function.middle, USES, box.middle)
        self._parts.append(self._rectangle(box, "box"))
        line = f'<tspan class="small">{escape(kind)}</tspan> {escape(name)}'
        self._parts.append(f'<text x="{USES + 8}" y="{box.middle + 4}">{line}</text>')
        self._right += box.height + 6

    def reach(self, verb: str, services: str) -> None:
        """What it reaches outside of the stack, as lines."""
        for line in textwrap.wrap(f"{verb} {services}", 29):
            word = f'<tspan class="name">{verb}</tspan>'
            self._parts.append(f'<text x="{USES}" y="{self._right + 13}">{line.replace(verb, word, 1)}</text>')
            self._right += LINE
        self._right += 2

    def end(self) -> None:
        bottom = max(self._left, self._right + 8)
        band = Box(8, self._top, WIDTH - 16, bottom - self._top)
        title = f'<text class="small" x="{SENDERS}" y="{self._top + 20}">{escape(self._says)}</text>'
        self._parts[self._start : self._start] = [self._rectangle(band, "band"), title]
        self._top = bottom + GAP

    def text(self) -> str:
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self._top}" role="img">'
        tip = '<marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        defined = f'<defs>{tip}<path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>'
        ground = self._rectangle(Box(0, 0, WIDTH, self._top), "ground")
        return "\n".join([head, f"<style>{STYLE}\n</style>", defined, ground, *self._parts, "</svg>", ""])

    def _box(self, box: Box, name: str, below: str) -> None:
        self._parts.append(self._rectangle(box, "box"))
        at = box.middle + (-2 if below else 4)
        self._parts.append(f'<text class="name" x="{box.x + 8}" y="{at}">{escape(name)}</text>')
        if below:
            self._parts.append(f'<text class="small" x="{box.x + 8}" y="{at + 15}">{escape(below)}</text>')

    def _arrow(self, x: int, y: int, to_x: int, to_y: int) -> None:
        bend = (x + to_x) // 2
        self._parts.append(f'<path class="arrow" d="M{x} {y}C{bend} {y} {bend} {to_y} {to_x} {to_y}"/>')

    @staticmethod
    def _rectangle(box: Box, kind: str) -> str:
        return f'<rect class="{kind}" x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="5"/>'
