"""What Slack's and Secrets Manager's answers mean to us."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from ballast.errors import SecretUnreadableError, SlackRefusedError, TransientError
from ballast.publish.slack_blocks import SlackMessage
from ballast.publish.slack_steps import Edit, Post, Posted, Reply
from ballast.slack import secret as secrets
from ballast.slack.bot import Slack
from ballast.slack.secret import SlackSecret
from tests.notification_builders import FakeSlack

MESSAGE = SlackMessage("text", ({"type": "divider"},))
BOT, HOOK = "xoxb-1", "https://hooks.slack.com/services/T/B/x"


class FakeSecrets:
    """Secrets Manager's client: gives the values in turn, the last one for ever."""

    def __init__(self, *values: str | Exception) -> None:
        self.values = list(values)

    def get_secret_value(self, **_: Any) -> dict[str, str]:
        value = self.values.pop(0) if len(self.values) > 1 else self.values[0]
        if isinstance(value, Exception):
            raise value
        return {"SecretString": value}


def a_secret(monkeypatch: pytest.MonkeyPatch, *values: str | Exception) -> SlackSecret:
    fake = FakeSecrets(*values)
    monkeypatch.setattr(secrets, "client", lambda _: fake)
    return SlackSecret("arn:secret")


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "GetSecretValue")


@pytest.fixture
def http(monkeypatch: pytest.MonkeyPatch) -> FakeSlack:
    slack = FakeSlack()
    monkeypatch.setattr("slack_sdk.web.base_client.urlopen", slack)
    monkeypatch.setattr("slack_sdk.webhook.client.urlopen", slack)
    return slack


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        (BOT, BOT),
        (f" {BOT}\n", BOT),
        (HOOK, HOOK),
        (json.dumps({"bot_token": BOT}), BOT),
        (json.dumps({"webhook_url": HOOK}), HOOK),
        (json.dumps({"bot_token": "", "webhook_url": HOOK}), HOOK),
    ],
)
def test_a_secret_may_be_json_or_bare(monkeypatch: pytest.MonkeyPatch, secret: str, expected: str) -> None:
    assert a_secret(monkeypatch, secret).read() == expected


@pytest.mark.parametrize(
    "secret",
    ["", "hunter2", "{}", "[1]", json.dumps({"token": BOT}), refused("ResourceNotFoundException"),
     refused("AccessDeniedException")],
)  # fmt: skip
def test_a_secret_that_is_no_use_is_unreadable(monkeypatch: pytest.MonkeyPatch, secret: Any) -> None:
    with pytest.raises(SecretUnreadableError) as caught:
        a_secret(monkeypatch, secret).read()

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("error", [refused("ThrottlingException"), ReadTimeoutError(endpoint_url="https://s")])
def test_a_busy_secrets_manager_is_worth_another_try(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    with pytest.raises(TransientError):
        a_secret(monkeypatch, error).read()


def test_a_corrected_secret_is_read_at_once_and_a_good_one_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = a_secret(monkeypatch, "hunter2", "still wrong", BOT, "rotated")
    with pytest.raises(SecretUnreadableError):
        secret.read()

    assert secret.read() == BOT
    assert secret.read() == BOT


def test_a_channel_without_a_secret_is_unreadable() -> None:
    with pytest.raises(SecretUnreadableError, match="SLACK_SECRET_ARN"):
        SlackSecret("").read()


def test_a_bot_posts_edits_and_replies(monkeypatch: pytest.MonkeyPatch, http: FakeSlack) -> None:
    slack = Slack("#ops", a_secret(monkeypatch, BOT))

    assert slack.can_edit
    posted = slack.perform(Post(MESSAGE))
    assert posted == Posted("C1", "1.0001")
    slack.perform(Edit("C1", "1.0001", MESSAGE))
    slack.perform(Reply("C1", "1.0001", "more", broadcast=True))

    assert http.methods == ["chat.postMessage", "chat.update", "chat.postMessage"]
    assert http.calls[0][1]["channel"] == "#ops"
    assert http.calls[0][1]["blocks"] == [{"type": "divider"}]
    assert http.replies[0]["thread_ts"] == "1.0001"


def test_a_webhook_only_appends(monkeypatch: pytest.MonkeyPatch, http: FakeSlack) -> None:
    slack = Slack("#ops", a_secret(monkeypatch, HOOK))

    assert not slack.can_edit
    assert slack.perform(Post(MESSAGE)) is None
    assert http.calls == [(HOOK, {"text": "text", "blocks": [{"type": "divider"}]})]


@pytest.mark.parametrize("secret", [BOT, HOOK])
@pytest.mark.parametrize(
    "answer",
    [
        (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"}),
        (500, {"ok": False, "error": "fatal_error"}, {}),
        (502, "<html>bad gateway</html>", {}),
        TimeoutError("timed out"),
        ConnectionResetError("reset"),
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
    ],
)
def test_what_slack_refuses_names_slacks_reason(
    monkeypatch: pytest.MonkeyPatch, http: FakeSlack, secret: str, answer: Any, code: str
) -> None:
    http.answers = [answer]

    with pytest.raises(SlackRefusedError) as caught:
        Slack("#ops", a_secret(monkeypatch, secret)).perform(Post(MESSAGE))

    assert caught.value.code == code
