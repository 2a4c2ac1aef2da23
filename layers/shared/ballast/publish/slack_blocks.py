"""How does a conversation look in Slack? The parts of the parent message, plain lines for its thread.

Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks; header 150, section 3,000, field 2,000).
All of a message stays below 12,000, where Slack starts to answer `msg_blocks_too_long`. `slack/block_kit` makes them blocks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from hashlib import blake2b

from ballast.publish.choices import choices, pressed
from ballast.publish.conversation import Conversation
from ballast.publish.wording import Pages, Wording, title, word
from ballast.value import dataclass
from ballast.words.notice import Link, Notice, Severity
from ballast.words.shortened import one_line

MOST_LINES = 5
HEADER = 150
SECTION = 3_000
PARAGRAPH = 900
LINE = 280


class Look(StrEnum):
    HEADER = "header"
    SECTION = "section"
    FIELDS = "fields"  # side by side
    CONTEXT = "context"  # small


@dataclass(frozen=True, slots=True)
class Part:
    """Texts in mrkdwn, those of a header plain."""

    look: Look
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """`value` comes back with who presses it; `sure` is asked before, where it is not empty."""

    name: str
    text: str
    value: str
    sure: str = ""


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """The parts of the message, and the text of the notification."""

    text: str  # what notifications and screen readers show
    parts: tuple[Part, ...]
    buttons: tuple[Button, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Two messages that look the same have the same one."""
        buttons = [[button.name, button.text, button.value] for button in self.buttons]
        contents = [self.text, [[part.look, part.texts] for part in self.parts], *([buttons] if buttons else [])]
        return blake2b(json.dumps(contents).encode(), digest_size=8).hexdigest()


def parent(conversation: Conversation, pages: Pages) -> SlackMessage:
    """The one message of a conversation, as it should stand now."""
    words = word(conversation, pages)
    heading = f"{words.icon} {one_line(words.headline)}"
    parts = [
        Part(Look.HEADER, (clip(heading, HEADER),)),
        Part(Look.SECTION, (f"*What*\n{clip(words.what, PARAGRAPH)}\n*Why*\n{clip(words.why, PARAGRAPH)}",)),
        Part(Look.FIELDS, _fields(conversation, words)),
    ]
    if words.plan:
        lines = "\n".join(f"• {clip(one_line(line), 100)}" for line in words.plan)
        parts.append(Part(Look.SECTION, (f"*{words.plan_title}*\n{lines}",)))
    links = " · ".join(link_to(link) for link in words.links)
    parts.append(Part(Look.CONTEXT, (links, words.footer)))
    if not pages.has_buttons:
        return SlackMessage(clip(heading, 300), tuple(parts))
    if said := [clip(line, LINE).replace(f"@{by}", f"<@{by}>") for by, line in pressed(conversation)]:
        parts.append(Part(Look.CONTEXT, ("\n".join(said),)))
    buttons = tuple(Button(c.verb, c.label, c.value, c.sure) for c in choices(conversation))
    return SlackMessage(clip(heading, 300), tuple(parts), buttons)


def thread_line(notice: Notice) -> str:
    """One piece of news; a page also says what it means and what comes next."""
    line = f"{notice.at:%H:%M:%S} UTC {clip(one_line(notice.what), LINE)}"
    if notice.severity is Severity.PAGE:
        impact, next_step = (clip(one_line(text), LINE) for text in (notice.impact, notice.next))
        line += f"\n*Impact* {impact}\n*Next* {next_step}"
    return line


def closing_line(conversation: Conversation) -> str:
    """How a group ended, in numbers."""
    return f"{conversation.headline.at:%H:%M:%S} UTC {clip(one_line(title(conversation)), LINE)}"


def thread_reply(lines: Sequence[str], total: int) -> str:
    """`total` counts the news that `lines` had no room for as well."""
    shown = list(lines[:MOST_LINES])
    heading = [f"{total} updates"] if total > 1 else []
    more = [f"+{total - len(shown)} more"] if total > len(shown) else []
    return "\n".join(heading + shown + more)


def clip(text: str, limit: int) -> str:
    """Cut to at most `limit` characters and escape; an escaped character counts as it will be sent.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    escaped = _escape(text.strip())
    if len(escaped) <= limit:
        return escaped or "unknown"
    cut = escaped[: limit - 1]
    entity = cut.rfind("&")
    if entity > cut.rfind(";"):  # never leave half of an entity
        cut = cut[:entity]
    return cut + "…"


def _fields(conversation: Conversation, words: Wording) -> tuple[str, ...]:
    fields = [
        f"*Cluster*\n{clip(conversation.cluster, LINE)}",
        f"*Severity*\n{words.severity}",
        f"*Impact*\n{clip(words.impact, PARAGRAPH)}",
        f"*Next*\n{clip(words.next, PARAGRAPH)}",
    ]
    return (*fields, *([f"*Who*\n{clip(words.instances, LINE)}"] if words.instances else []))


def link_to(link: Link) -> str:
    url = link.url.replace("|", "%7C").replace(">", "%3E").replace("<", "%3C")
    text = clip(one_line(link.text).replace("|", "/"), 60)
    return f"<{url.replace('&', '&amp;')}|{text}>"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
