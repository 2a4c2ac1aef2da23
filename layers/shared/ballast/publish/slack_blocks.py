"""How does a conversation look in Slack? Block Kit for the parent message, plain lines for its thread.

Limits: https://docs.slack.dev/reference/block-kit/blocks (50 blocks; header 150, section 3,000, field 2,000).
All of a message stays below 12,000, where Slack starts to answer `msg_blocks_too_long`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from ballast.publish.conversation import Conversation
from ballast.publish.wording import Pages, Wording, one_line, word
from ballast.value import dataclass
from ballast.words.notice import Link, Notice, Severity

MOST_LINES = 5
HEADER = 150
PARAGRAPH = 900
LINE = 280

type Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """Block Kit blocks and the text of the notification."""

    text: str  # what notifications and screen readers show
    blocks: tuple[Block, ...]

    @property
    def fingerprint(self) -> str:
        """Two messages that look the same have the same one."""
        contents = json.dumps([self.text, self.blocks], sort_keys=True).encode()
        return blake2b(contents, digest_size=8).hexdigest()


def parent(conversation: Conversation, pages: Pages) -> SlackMessage:
    """The one message of a conversation, as it should stand now."""
    words = word(conversation, pages)
    title = f"{words.icon} {one_line(words.title)}"
    blocks = [
        {"type": "header", "text": _plain(title)},
        _section(f"*What*\n{clip(words.what, PARAGRAPH)}\n*Why*\n{clip(words.why, PARAGRAPH)}"),
        {"type": "section", "fields": _fields(conversation, words)},
    ]
    if words.plan:
        lines = "\n".join(f"• {clip(one_line(line), 100)}" for line in words.plan)
        blocks.append(_section(f"*{words.plan_title}*\n{lines}"))
    links = " · ".join(_link(link) for link in words.links)
    blocks.append({"type": "context", "elements": [_markdown(links), _markdown(words.footer)]})
    return SlackMessage(clip(title, 300), tuple(blocks))


def thread_line(notice: Notice) -> str:
    """One piece of news; a page also says what it means and what comes next."""
    line = f"{notice.at:%H:%M:%S} {clip(one_line(notice.what), LINE)}"
    if notice.severity is Severity.PAGE:
        impact, next_step = (
            clip(one_line(notice.impact), LINE),
            clip(one_line(notice.next), LINE),
        )
        line += f"\n*Impact* {impact}\n*Next* {next_step}"
    return line


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


def _fields(conversation: Conversation, words: Wording) -> list[Block]:
    fields = [
        f"*Cluster*\n{clip(conversation.cluster, LINE)}",
        f"*Severity*\n{words.severity}",
        f"*Impact*\n{clip(words.impact, PARAGRAPH)}",
        f"*Next*\n{clip(words.next, PARAGRAPH)}",
    ]
    if words.instances:
        fields.append(f"*Instances*\n{clip(words.instances, LINE)}")
    return [_markdown(field) for field in fields]


def _link(link: Link) -> str:
    url = link.url.replace("|", "%7C").replace(">", "%3E").replace("<", "%3C")
    text = clip(one_line(link.text).replace("|", "/"), 60)
    return f"<{url.replace('&', '&amp;')}|{text}>"


def _section(text: str) -> Block:
    return {"type": "section", "text": _markdown(text)}


def _markdown(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": clip(text, HEADER), "emoji": True}


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
