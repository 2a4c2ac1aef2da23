"""A bot posts, edits and replies."""

from __future__ import annotations

import pytest

from ballast.errors import SlackRefusedError
from ballast.publish.slack_blocks import Look, Part, SlackMessage
from ballast.publish.slack_steps import Edit, Post, Posted, Reply, Settle
from ballast.slack.bot import Slack
from tests.ballast.slack.messages import BLOCKS, MESSAGE
from tests.ballast.slack.secrets import BOT, a_secret
from tests.notification_builders import FakeSlack


def test_a_bot_posts_edits_and_replies(monkeypatch: pytest.MonkeyPatch, http: FakeSlack) -> None:
    slack = Slack("#ops", a_secret(monkeypatch, BOT))

    assert slack.can_edit
    posted = slack.perform(Post(MESSAGE))
    assert posted == Posted("C1", "1.0001")
    slack.perform(Edit("C1", "1.0001", MESSAGE))
    slack.perform(Reply("C1", "1.0001", "more", broadcast=True))

    assert http.methods == ["chat.postMessage", "chat.update", "chat.postMessage"]
    assert http.calls[0][1]["channel"] == "#ops"
    assert http.calls[0][1]["blocks"] == BLOCKS
    assert http.replies[0]["thread_ts"] == "1.0001"
    assert http.replies[0]["blocks"] == [
        {"type": "section", "text": {"type": "mrkdwn", "text": "more", "verbatim": True}}
    ]
    assert [(call["parse"], call["link_names"]) for _, call in http.calls] == [("none", False)] * 3


def test_what_is_settled_needs_no_word_to_slack(monkeypatch: pytest.MonkeyPatch, http: FakeSlack) -> None:
    assert Slack("#ops", a_secret(monkeypatch, BOT)).perform(Settle(MESSAGE)) is None
    assert http.calls == []


def test_blocks_that_slack_would_refuse_are_refused_without_asking_it(
    monkeypatch: pytest.MonkeyPatch, http: FakeSlack
) -> None:
    """slack_sdk's own models know the limits: https://docs.slack.dev/reference/block-kit/blocks/header-block."""
    too_long = SlackMessage("text", (Part(Look.HEADER, ("x" * 151,)),))

    with pytest.raises(SlackRefusedError, match="invalid_blocks"):
        Slack("#ops", a_secret(monkeypatch, BOT)).perform(Post(too_long))

    assert http.calls == []
