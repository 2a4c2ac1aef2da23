"""A small fleet: each instance a card with three bars (CPU, memory, network interfaces), cut by service and task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from ballast_cli.drawing.letters import STANDALONE, letters_of
from ballast_cli.drawing.standing import ACTIVE, Standing, Work
from ballast_cli.what_if.layout import many, usd
from ballast_cli.what_if.page.elements import el
from ballast_cli.what_if.page.style import FILLS

LEFT, LONG, WIDE, HIGH, STEP = 34.0, 246.0, 320, 52, 17.0
LETTER_ROOM = 9.0

type Letters = Mapping[str | None, tuple[str, int]]


def letters(*fleets: Sequence[Standing]) -> Letters:
    """Service → its letter, and the number of its colour; the same in every picture of the page."""
    names = sorted({w.service for fleet in fleets for each in fleet for w in each.work if w.service is not None})
    found: dict[str | None, tuple[str, int]] = {
        name: (letter, n % (len(FILLS) - 1))
        for n, (name, letter) in enumerate(zip(names, letters_of(names), strict=True))
    }
    return found | {None: (STANDALONE, len(FILLS) - 1)}


def key(known: Letters, fleet: Sequence[Standing]) -> Element:
    """What each letter stands for."""
    there = {w.service for each in fleet for w in each.work}
    return el(
        "ul",
        *(
            el("li", el("i", letter, class_=f"f{fill}"), name or "standalone tasks")
            for name, (letter, fill) in known.items()
            if name in there
        ),
        class_="key",
    )


def cards(fleet: Sequence[Standing], known: Letters, said: Mapping[str, str], currency: str) -> Element:
    """`said`: a line about an instance, such as when it goes, or why it stays; of one that goes it begins with "goes"."""
    return el("div", *(_card(each, known, said.get(each.instance, ""), currency) for each in fleet), class_="cards")


def _card(each: Standing, known: Letters, said: str, currency: str) -> Element:
    price = "price unknown" if each.usd_per_hour is None else f"{usd(each.usd_per_hour)} {currency}/h"
    what = " · ".join(filter(None, (each.type, each.zone, "Spot" if each.spot else "on demand", price, each.release)))
    state = "" if each.state == ACTIVE else f" ▲ {each.state}"
    return el(
        "div",
        el("div", el("b", each.instance), el("span", state, class_="warn") if state else None),
        el("div", what, class_="faint"),
        _picture(each, known),
        el("div", said) if said else None,
        class_="card goes" if said.startswith("goes") else "card",
    )


def _picture(each: Standing, known: Letters) -> Element:
    parts = ([w.cpu for w in each.work], [w.memory_mib for w in each.work], [w.interfaces for w in each.work])
    said = [f"{part}/{whole}" if name == "ENI" else _percent(part, whole) for name, part, whole in each.used]
    drawn: list[Element] = []
    for number, ((name, _, whole), share) in enumerate(zip(each.used, said, strict=True)):
        top = number * STEP + 1
        drawn.append(el("text", name, x=0, y=top + 11))
        drawn.append(el("rect", x=LEFT, y=top, width=LONG, height=14, class_="track"))
        drawn += _pieces(each.work, parts[number], whole, top, known)
        drawn.append(el("text", share, x=WIDE, y=top + 11, class_="end"))
    label = f"{each.instance}: {many(each.tasks, 'task')}, CPU {said[0]}, memory {said[1]}, interfaces {said[2]}"
    return el("svg", *drawn, viewBox=f"0 0 {WIDE} {HIGH}", role="img", aria_label=label)


def _pieces(work: Sequence[Work], parts: Sequence[int], whole: int, top: float, known: Letters) -> Iterator[Element]:
    """A piece is a task; the letter stands in the first of its service that has room for it."""
    at = 0.0
    for each, part in zip(work, parts, strict=True):
        letter, fill = known[each.service]
        wide = LONG * part / whole / each.tasks if whole else 0.0
        for task in range(each.tasks if part else 0):
            x, room = LEFT + min(at, LONG), max(0.0, min(wide, LONG - at))
            at += wide
            yield el("rect", x=round(x, 1), y=top, width=round(max(0.5, room - 0.8), 1), height=14, class_=f"f{fill}")
            if task == 0 and room >= LETTER_ROOM:
                yield el("text", letter, x=round(x + room / 2, 1), y=top + 11, class_="in")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "unknown"
