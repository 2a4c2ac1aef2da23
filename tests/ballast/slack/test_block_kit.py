"""The parts of a message as blocks that Slack takes."""

from __future__ import annotations

from ballast.slack.block_kit import paragraphs


def test_a_long_reply_becomes_sections_that_slack_takes() -> None:
    lines = ["x" * 900] * 5

    made = paragraphs("\n".join(lines))

    assert [len(block["text"]["text"]) for block in made] == [2702, 1801]
