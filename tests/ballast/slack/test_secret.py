"""What the operator's secret may hold, and what Secrets Manager's answers mean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ballast.errors import CallFailedError, SecretUnreadableError, TransientError, UnavailableError
from ballast.slack.secret import SlackSecret
from tests.ballast.slack.secrets import BOT, HOOK, a_secret


def refused(code: str, kind: type[CallFailedError] = CallFailedError) -> CallFailedError:
    return kind("AWS refused GetSecretValue", "GetSecretValue", code)


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


@pytest.mark.parametrize(
    "error",
    [
        refused("ThrottlingException", UnavailableError),
        UnavailableError("Read timeout"),
        refused("InternalServiceError"),
    ],
)
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
