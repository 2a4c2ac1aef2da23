"""Conversations of any notices, and how they look on the topic."""

from __future__ import annotations

import re
from functools import reduce
from typing import Any

from hypothesis import strategies as st

from ballast.publish.conversation import Conversation
from ballast.publish.due import Publication, State
from ballast.publish.email import TopicMessage, topic_message
from ballast.words.notice import Link, Notice, Severity
from tests.notification_builders import NOW, PAGES

CONSOLE = "https://eu-central-1.console.aws.amazon.com/"
text = st.text(max_size=60) | st.sampled_from(
    ["", "<!channel> & more", "&" * 1000, "\n\n", "a\n" * 400, "\x00" * 1000, '"' * 1000, "🔴" * 1000]
)


def told(*notices: Notice) -> Conversation:
    first = notices[0]
    start = Conversation("prod/spot_interruption/x", first.cluster, first.reason, NOW)
    return reduce(Conversation.tell, notices, start)


@st.composite
def any_notice(draw: st.DrawFn) -> Notice:
    return Notice(
        code=draw(st.sampled_from(["DrainStarted", "DrainStuck", "InstanceGone"])),
        severity=draw(st.sampled_from(Severity)),
        cluster=draw(st.text(min_size=1, max_size=255)),
        instance=draw(st.none() | st.sampled_from([f"i-{n:017x}" for n in range(9)])),
        reason=draw(st.sampled_from(["spot_interruption", "x" * 200])),
        incident=draw(st.sampled_from("abcdefgh")),
        incident_started_at=NOW,
        at=NOW,
        what=draw(text),
        why=draw(text),
        impact=draw(text),
        next=draw(text),
        plan=tuple(draw(st.lists(text, max_size=15))),
        links=tuple(
            Link(draw(text), draw(st.sampled_from(["https://x/", CONSOLE])) + draw(text))
            for _ in range(draw(st.integers(0, 8)))
        ),
        closes_incident=draw(st.booleans()),
        dry_run=draw(st.booleans()),
    )


def objects(block: dict[str, Any]) -> list[dict[str, Any]]:
    return [*([block["text"]] if "text" in block else []), *block.get("fields", ()), *block.get("elements", ())]


def without_links(markdown: str) -> str:
    return re.sub(r"<https://[^<>|]*\|[^<>|]*>", "", markdown)


def mailed(conversation: Conversation, severity: Severity = Severity.TICKET) -> TopicMessage:
    publication = Publication(NOW, severity, State.OPEN)
    return topic_message(conversation, publication, PAGES, q_developer=False)
