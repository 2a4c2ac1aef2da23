"""The parts of a message as blocks that Slack takes."""

from __future__ import annotations

import pytest

from ballast.errors import SlackRefusedError
from ballast.publish.slack_blocks import Button, SlackMessage
from ballast.slack.block_kit import blocks, paragraphs


def test_a_long_reply_becomes_sections_that_slack_takes() -> None:
    lines = ["x" * 900] * 5

    made = paragraphs("\n".join(lines))

    assert [len(block["text"]["text"]) for block in made] == [2702, 1801]


def test_buttons_come_last_with_what_they_bring_back_and_the_question_before() -> None:
    message = SlackMessage("text", (), (Button("approve", "Approve 1.64.0", "x", "Sure?"), Button("halt", "Halt", "y")))

    [made] = blocks(message)

    assert made["type"] == "actions"
    assert [(e["action_id"], e["value"], e["text"]["text"]) for e in made["elements"]] == [
        ("ballast.approve", "x", "Approve 1.64.0"),
        ("ballast.halt", "y", "Halt"),
    ]
    assert made["elements"][0]["confirm"]["text"]["text"] == "Sure?"
    assert "confirm" not in made["elements"][1]
    assert blocks(message, buttons=False) == []


def test_a_value_that_slack_would_refuse_is_refused_here() -> None:
    with pytest.raises(SlackRefusedError, match="invalid_blocks"):
        blocks(SlackMessage("text", (), (Button("halt", "Halt", "x" * 2001),)))
