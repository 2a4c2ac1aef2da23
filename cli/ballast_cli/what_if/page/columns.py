"""A large fleet: by group, each instance a column as high as the fuller of its CPU, memory and interfaces, the fullest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element

from ballast_cli.drawing.standing import ACTIVE, Standing
from ballast_cli.what_if.layout import many
from ballast_cli.what_if.page.elements import el
from ballast_cli.what_if.page.money import hourly

ACROSS, STEP, WIDE, TALL, ROW = 64, 5, 4, 30, 40
LEGEND = (
    "Each column is an instance, as high as the fullest of its CPU, memory and interfaces. "
    "Empty with an outline: it goes. ▲ below: it is new. ✕ below: it is not active."
)


def columns(fleet: Sequence[Standing], goes: frozenset[str], new: frozenset[str], currency: str) -> Element:
    by_group = groupby(fleet, key=lambda each: each.group)
    return el("div", *(_group(name, list(some), goes, new, currency) for name, some in by_group), class_="two")


def _group(name: str, some: list[Standing], goes: frozenset[str], new: frozenset[str], currency: str) -> Element:
    some.sort(key=lambda each: (-_full(each), each.instance))
    used = [
        (what[0][0], sum(part for _, part, _ in what), sum(whole for _, _, whole in what))
        for what in zip(*(e.used for e in some), strict=True)
    ]
    shares = ", ".join(
        f"{what} {100 * part / whole:.0f}%" if whole else f"{what} unknown" for what, part, whole in used
    )
    tasks = many(sum(each.tasks for each in some), "task")
    said = f"{many(len(some), 'instance')}, {hourly([e.usd_per_hour for e in some], currency)}; {tasks}; {shares}"
    return el(
        "div", el("h4", name or "no Auto Scaling group"), el("p", said, class_="faint"), _picture(name, some, goes, new)
    )


def _full(each: Standing) -> float:
    return min(1.0, max(part / whole if whole else 0.0 for _, part, whole in each.used))


def _picture(name: str, some: Sequence[Standing], goes: frozenset[str], new: frozenset[str]) -> Element:
    tracks, full, going, marks = [], [], [], []
    for number, each in enumerate(some):
        x, y = number % ACROSS * STEP, number // ACROSS * ROW
        high = round(_full(each) * TALL, 1)
        tracks.append(f"M{x} {y}h{WIDE}v{TALL}h-{WIDE}z")
        if each.instance in goes:
            going.append(f"M{x + 0.5} {y + 0.5}h{WIDE - 1}v{TALL - 1}h-{WIDE - 1}z")
        else:
            full.append(f"M{x} {y + TALL - high:g}h{WIDE}v{high:g}h-{WIDE}z")
        if each.state != ACTIVE:
            marks.append(f"M{x} {y + TALL + 2}l4 4l-1 1l-4-4zM{x + 3} {y + TALL + 2}l1 1l-4 4l-1-1z")
        elif each.instance in new:
            marks.append(f"M{x + 2} {y + TALL + 2}l2 5h-4z")
    lines = -(-len(some) // ACROSS)
    return el(
        "svg", *_paths((("track", tracks), ("bar", full), ("goes-bar", going), ("mark", marks))),
        viewBox=f"0 0 {ACROSS * STEP} {lines * ROW}", role="img", aria_label=f"{name}: how full each instance is",
    )  # fmt: skip


def _paths(of: Iterable[tuple[str, list[str]]]) -> Iterable[Element]:
    return (el("path", d="".join(parts), class_=name) for name, parts in of if parts)
