"""What Slack's answers mean, to a bot and to a webhook."""

from __future__ import annotations

import logging
from http.client import BadStatusLine
from typing import Any

import pytest

from ballast.errors import BallastError, RateLimitedError, SlackRefusedError, TransientError
from ballast.publish.slack_blocks import Look, Part, SlackMessage
from ballast.publish.slack_steps import Edit, Post, Posted, Reply, Settle
from ballast.slack.bot import Slack
from tests.ballast.slack.secrets import BOT, HOOK, a_secret
from tests.notification_builders import FakeSlack

MESSAGE = SlackMessage(
    "text", (Part(Look.HEADER, ("title",)), Part(Look.FIELDS, ("*a*", "b")), Part(Look.CONTEXT, ("c",)))
)
BLOCKS = [
    {"type": "header", "text": {"type": "plain_text", "text": "title", "emoji": True}},
    {
        "type": "section",
        "fields": [
            {"type": "mrkdwn", "text": "*a*", "verbatim": True},
            {"type": "mrkdwn", "text": "b", "verbatim": True},
        ],
    },
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "c", "verbatim": True}]},
]


@pytest.fixture
def http(monkeypatch: pytest.MonkeyPatch) -> FakeSlack:
    slack = FakeSlack()
    monkeypatch.setattr("slack_sdk.web.base_client.urlopen", slack)
    monkeypatch.setattr("slack_sdk.webhook.client.urlopen", slack)
    return slack


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


def test_a_webhook_only_appends(monkeypatch: pytest.MonkeyPatch, http: FakeSlack) -> None:
    slack = Slack("#ops", a_secret(monkeypatch, HOOK))

    assert not slack.can_edit
    assert slack.perform(Post(MESSAGE)) is None
    slack.perform(Edit("C1", "1.0001", MESSAGE))
    slack.perform(Reply("C1", "1.0001", "more", broadcast=True))
    assert http.calls == [(HOOK, {"text": "text", "blocks": BLOCKS})]


@pytest.mark.parametrize("secret", [BOT, HOOK])
@pytest.mark.parametrize(
    "answer",
    [
        (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"}),
        (500, {"ok": False, "error": "fatal_error"}, {}),
        (502, "<html>bad gateway</html>", {}),
        TimeoutError("timed out"),
        ConnectionResetError("reset"),
        BadStatusLine("no HTTP"),
    ],
)
def test_what_passes_is_worth_another_try(
    monkeypatch: pytest.MonkeyPatch, http: FakeSlack, secret: str, answer: Any
) -> None:
    http.answers = [answer]

    with pytest.raises(TransientError):
        Slack("#ops", a_secret(monkeypatch, secret)).perform(Post(MESSAGE))

    assert len(http.calls) == 1  # slack_sdk retries nothing by itself


@pytest.mark.parametrize(
    ("secret", "answer", "code"),
    [
        (BOT, (200, {"ok": False, "error": "channel_not_found"}, {}), "channel_not_found"),
        (BOT, (200, {"ok": False, "error": "invalid_auth"}, {}), "invalid_auth"),
        (HOOK, (404, "no_service", {}), "no_service"),
        (HOOK, (403, "<html>You asked for /services/T/B/x</html>", {}), "HTTP status 403"),
    ],
)
def test_what_slack_refuses_names_slacks_reason(
    monkeypatch: pytest.MonkeyPatch, http: FakeSlack, secret: str, answer: Any, code: str
) -> None:
    http.answers = [answer]

    with pytest.raises(SlackRefusedError) as caught:
        Slack("#ops", a_secret(monkeypatch, secret)).perform(Post(MESSAGE))

    assert caught.value.code == code


@pytest.mark.parametrize("secret", [BOT, HOOK])
@pytest.mark.parametrize("trouble", [TimeoutError("timed out"), (404, "no_service", {})])
def test_nothing_is_logged_of_a_request_as_its_address_or_header_is_a_secret(
    monkeypatch: pytest.MonkeyPatch, http: FakeSlack, caplog: pytest.LogCaptureFixture, secret: str, trouble: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    http.answers = [trouble]

    with pytest.raises(BallastError):
        Slack("#ops", a_secret(monkeypatch, secret)).perform(Post(MESSAGE))

    assert [record.name for record in caplog.records if record.name.startswith("slack_sdk")] == []


@pytest.mark.parametrize("secret", [BOT, HOOK])
@pytest.mark.parametrize(("headers", "pause_s"), [({"Retry-After": "7"}, 7), ({}, 30)])
def test_how_long_slack_wants_to_hear_nothing_is_heard(
    monkeypatch: pytest.MonkeyPatch, http: FakeSlack, secret: str, headers: dict[str, str], pause_s: float
) -> None:
    http.answers = [(429, {"ok": False, "error": "ratelimited"}, headers)]

    with pytest.raises(RateLimitedError) as caught:
        Slack("#ops", a_secret(monkeypatch, secret)).perform(Post(MESSAGE))

    assert caught.value.retry_after_s == pause_s


def test_blocks_that_slack_would_refuse_are_refused_without_asking_it(
    monkeypatch: pytest.MonkeyPatch, http: FakeSlack
) -> None:
    """slack_sdk's own models know the limits: https://docs.slack.dev/reference/block-kit/blocks/header-block."""
    too_long = SlackMessage("text", (Part(Look.HEADER, ("x" * 151,)),))

    with pytest.raises(SlackRefusedError, match="invalid_blocks"):
        Slack("#ops", a_secret(monkeypatch, BOT)).perform(Post(too_long))

    assert http.calls == []
