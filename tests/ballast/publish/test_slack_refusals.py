"""Whose fault is a refusal? It decides between plain words, a new parent and a ticket."""

from __future__ import annotations

import pytest

from ballast.publish.slack_blocks import Button, Look, Part, SlackMessage
from ballast.publish.slack_refusals import Refusal, plainly, refusal
from ballast.publish.slack_steps import Edit, Post, Reply, Step

MESSAGE = SlackMessage("🔵 prod: Spot interruption", (Part(Look.HEADER, ("x",)),), (Button("halt", "Halt", "x"),))
POST, EDIT, REPLY = Post(MESSAGE), Edit("C1", "1.2", MESSAGE), Reply("C1", "1.2", "3 updates " * 100, broadcast=True)


@pytest.mark.parametrize(
    ("step", "code", "concerns"),
    [
        (POST, "msg_too_long", Refusal.CONTENTS),
        (EDIT, "invalid_blocks", Refusal.CONTENTS),
        (REPLY, "token_revoked", Refusal.US),
        (EDIT, "edit_window_closed", Refusal.PLACE),
        (REPLY, "is_archived", Refusal.PLACE),
        (EDIT, "unheard_of", Refusal.PLACE),
        (POST, "is_archived", Refusal.CHANNEL),
        (POST, "unheard_of", Refusal.CONTENTS),
    ],
)
def test_a_refusal_concerns_the_words_the_place_the_channel_or_us(step: Step, code: str, concerns: Refusal) -> None:
    assert refusal(step, code) is concerns


def test_plain_words_have_no_blocks_and_are_short_and_go_to_the_same_place() -> None:
    bare = SlackMessage(MESSAGE.text, ())

    assert plainly(POST) == Post(bare)
    assert plainly(EDIT) == Edit("C1", "1.2", bare)
    reply = plainly(REPLY)
    assert isinstance(reply, Reply)
    assert (reply.ts, reply.broadcast, len(reply.text)) == ("1.2", True, 300)
