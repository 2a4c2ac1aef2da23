"""What Slack's answers mean, to a bot and to a webhook."""

from __future__ import annotations

import logging
from http.client import BadStatusLine
from typing import Any

import pytest

from ballast.errors import BallastError, RateLimitedError, SlackRefusedError, TransientError
from ballast.publish.slack_steps import Post
from ballast.slack.bot import Slack
from tests.ballast.slack.messages import MESSAGE
from tests.ballast.slack.secrets import BOT, HOOK, a_secret
from tests.notification_builders import FakeSlack


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
