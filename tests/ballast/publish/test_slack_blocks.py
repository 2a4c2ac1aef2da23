"""How a conversation looks in Slack: within every limit, escaped, counted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballast.publish.choices import choices
from ballast.publish.conversation import Press
from ballast.publish.slack_blocks import clip, parent, thread_line, thread_reply
from ballast.slack.block_kit import blocks
from ballast.words.notice import Notice, Severity
from tests.ballast.answer.presses import JO, waiting
from tests.ballast.publish.conversations import any_notice, objects, text, told, without_links
from tests.notification_builders import NOW, PAGES, a_notice


@settings(max_examples=60, deadline=None)
@given(notices=st.lists(any_notice(), min_size=1, max_size=2))
def test_any_notices_make_blocks_that_slack_takes(notices: list[Notice]) -> None:
    made = blocks(parent(told(*notices), PAGES))

    texts = [element for block in made for element in _texts(block)]
    assert len(made) <= 50
    assert all(0 < len(one) <= 3000 for one in texts)
    assert sum(map(len, texts)) <= 12_000
    assert all(not re.search("[<>]|&(?!amp;|lt;|gt;)", without_links(one)) for one in texts)
    for block in made:
        if block["type"] == "header":
            assert len(block["text"]["text"]) <= 150
        assert len(block.get("fields", ())) <= 10
        assert all(len(field["text"]) <= 2000 for field in block.get("fields", ()))
        assert len(block.get("elements", ())) <= 10


def _texts(block: dict[str, Any]) -> list[str]:
    return [one["text"] for one in objects(block)]


@settings(deadline=None)
@given(text=text, limit=st.integers(5, 200))
def test_clipping_never_leaves_half_an_entity(text: str, limit: int) -> None:
    clipped = clip(text, limit)

    assert 0 < len(clipped) <= max(limit, len("unknown"))
    assert not re.search("&(?!amp;|lt;|gt;)", clipped)


def test_a_page_in_the_thread_says_what_it_means_and_what_is_next() -> None:
    line = thread_line(a_notice("DrainStuck", Severity.PAGE, what="i-1 <cannot> finish."))

    assert line.splitlines()[0] == "09:00:00 UTC i-1 &lt;cannot&gt; finish."
    assert line.count("*Impact*") == line.count("*Next*") == 1


@pytest.mark.parametrize(
    ("lines", "total", "expected"),
    [
        (["a"], 1, "a"),
        (["a", "b"], 2, "2 updates\na\nb"),
        (list("abcde"), 9, "9 updates\na\nb\nc\nd\ne\n+4 more"),
    ],
)
def test_a_thread_reply_counts_first(lines: list[str], total: int, expected: str) -> None:
    assert thread_reply(lines, total) == expected


def test_a_message_without_buttons_keeps_the_fingerprint_that_it_had() -> None:
    """So no message is edited only because another version stands behind it."""
    known = waiting()

    plain, asks = parent(known, PAGES), parent(known, replace(PAGES, has_buttons=True))

    assert plain.buttons == ()
    assert [button.name for button in asks.buttons] == ["approve", "halt"]
    assert asks.parts == plain.parts
    assert asks.fingerprint != plain.fingerprint == replace(asks, buttons=()).fingerprint


def test_who_pressed_and_when_stands_in_the_place_of_the_button() -> None:
    known = waiting()
    press = Press(choices(known)[0].id, "Approve 1.64.0", JO, NOW, "click")

    message = parent(replace(known, slack=replace(known.slack, presses=(press,))), replace(PAGES, has_buttons=True))

    assert message.parts[-1].texts == (f"Approve 1.64.0: <@{JO}>, 2026-11-23 09:00 UTC",)
    assert [button.name for button in message.buttons] == ["halt"]
