"""An incoming webhook: it can only append."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.publish.slack_blocks import Button
from ballast.publish.slack_steps import Edit, Post, Reply
from ballast.slack.bot import Slack
from tests.ballast.slack.messages import BLOCKS, MESSAGE
from tests.ballast.slack.secrets import HOOK, a_secret
from tests.notification_builders import FakeSlack


def test_a_webhook_only_appends(monkeypatch: pytest.MonkeyPatch, http: FakeSlack) -> None:
    slack = Slack("#ops", a_secret(monkeypatch, HOOK))

    assert not slack.can_edit
    assert slack.perform(Post(MESSAGE)) is None
    slack.perform(Edit("C1", "1.0001", MESSAGE))
    slack.perform(Reply("C1", "1.0001", "more", broadcast=True))
    assert http.calls == [(HOOK, {"text": "text", "blocks": BLOCKS})]


def test_a_message_that_cannot_be_edited_has_no_buttons(monkeypatch: pytest.MonkeyPatch, http: FakeSlack) -> None:
    Slack("#ops", a_secret(monkeypatch, HOOK)).perform(Post(replace(MESSAGE, buttons=(Button("halt", "Halt", "x"),))))

    assert http.calls == [(HOOK, {"text": "text", "blocks": BLOCKS})]
