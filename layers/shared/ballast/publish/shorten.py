"""How long may a notice be? So short that people read it, and that a message with a few copies of it fits everywhere.

SNS takes 256 KB over all protocols, each with its own copy: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

from dataclasses import replace

from ballast.words.incident import cut
from ballast.words.notice import Link, Notice

SENTENCE = 800
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
