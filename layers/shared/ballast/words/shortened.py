"""How much of a notice is kept? What fits into every channel, whatever was sent."""

from __future__ import annotations

import re
from dataclasses import replace

from ballast.words.notice import Link, Notice

SENTENCE = 800
TITLE = 120
PLAN_LINE = 160
MOST_PLAN_LINES = 10
LINK_TEXT = 60
URL = 400
MOST_LINKS = 5


def shortened(notice: Notice) -> Notice:
    """A link that is too long is left out: half of it leads nowhere."""
    plan = tuple(_printable(line, PLAN_LINE) for line in notice.plan[:MOST_PLAN_LINES])
    if len(notice.plan) > MOST_PLAN_LINES:
        plan += (f"+{len(notice.plan) - MOST_PLAN_LINES} more",)
    links = [Link(_printable(link.text, LINK_TEXT), link.url) for link in notice.links if len(link.url) <= URL]
    return replace(
        notice,
        title=_printable(notice.title, TITLE),
        about=_printable(notice.about, LINK_TEXT),
        what=_printable(notice.what, SENTENCE),
        why=_printable(notice.why, SENTENCE),
        impact=_printable(notice.impact, SENTENCE),
        next=_printable(notice.next, SENTENCE),
        plan=plan,
        links=tuple(links[:MOST_LINKS]),
    )


def _printable(text: str, limit: int) -> str:
    """Control characters but line breaks have no meaning in a message, and cost six bytes each in JSON."""
    lines = ("".join(mark if mark.isprintable() else " " for mark in line).strip() for line in text.splitlines())
    printable = "\n".join(line for line in lines if line)
    return cut(printable, limit)


def cut(text: str, limit: int, mark: str = "…") -> str:
    """`mark` ends what was cut and counts: a limit is what a channel takes."""
    return text if len(text) <= limit else text[: limit - len(mark)] + mark


def spelled(name: str) -> str:
    """`DrainStarted` and `drain_started` become `Drain started`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").lower()
    return words[:1].upper() + words[1:]


def one_line(text: str) -> str:
    return " ".join(text.split())
