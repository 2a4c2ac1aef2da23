"""Elements of HTML and SVG as a tree; only the writer at the end makes markup of it, so a name can never become some."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, tostring

type Child = Element | str | None

NEVER_SHOWN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)  # also what turns text around
FIRST_ROWS = 25


def el(tag: str, *children: Child, **attributes: str | float | None) -> Element:
    """`class_` is class, `data_label` is data-label; None: no such child or attribute."""
    made = Element(tag)
    for name, value in attributes.items():
        if value is not None:
            made.set(
                name.rstrip("_").replace("_", "-"), _shown(f"{value:g}" if isinstance(value, float) else str(value))
            )
    for child in children:
        add(made, child)
    return made


def add(parent: Element, child: Child) -> None:
    if isinstance(child, Element):
        parent.append(child)
    elif child:
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + _shown(child)
        else:
            parent.text = (parent.text or "") + _shown(child)


def _shown(text: str) -> str:
    return NEVER_SHOWN.sub("\ufffd", text)


def written(page: Element) -> str:
    return f"<!DOCTYPE html>\n{tostring(page, encoding='unicode', method='html')}\n"


def section(title: str, *body: Child) -> Element | None:
    """None where there is nothing in it."""
    kept = [each for each in body if each is not None and each != ""]
    return (
        el("section", el("h3", title), *(el("p", each) if isinstance(each, str) else each for each in kept))
        if kept
        else None
    )


def table(headings: Sequence[str], rows: Sequence[Sequence[Child]], *, first: int = FIRST_ROWS) -> Element | None:
    """Without the columns that are empty in every row; what is beyond the first rows is folded away."""
    if not rows:
        return None
    kept = [number for number in range(len(headings)) if any(row[number] not in (None, "") for row in rows)]
    shown = _table(headings, rows[:first], kept)
    if len(rows) <= first:
        return shown
    more = el("details", el("summary", f"and {len(rows) - first:,} more"), _table(headings, rows[first:], kept))
    return el("div", shown, more)


def _table(headings: Sequence[str], rows: Iterable[Sequence[Child]], kept: Sequence[int]) -> Element:
    head = el("tr", *(el("th", headings[number], scope="col") for number in kept))
    body = (el("tr", *(el("td", row[number], data_label=headings[number]) for number in kept)) for row in rows)
    return el("table", el("thead", head), el("tbody", *body))


def items(lines: Iterable[str]) -> Element | None:
    found = [el("li", line) for line in lines]
    return el("ul", *found) if found else None
