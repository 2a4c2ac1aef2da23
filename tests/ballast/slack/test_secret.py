"""What the operator's secret may hold, and what Secrets Manager's answers mean."""

from __future__ import annotations

import json
import traceback
from typing import Any

import pytest

from ballast.errors import CallFailedError, SecretUnreadableError, TransientError, UnavailableError
from ballast.slack import secret as secrets
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


PRIVATE = "hunter2"
HOSTS = "another host than hooks.slack.com or hooks.slack-gov.com"


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ({"bot_token": f"xoxb-1\n{PRIVATE}"}, "bot token"),
        ({"bot_token": f"xoxb-{PRIVATE}\n"}, "bot token"),
        ({"bot_token": f"xoxb-{PRIVATE} ", "webhook_url": HOOK}, "bot token"),
        ({"bot_token": f"xoxb-{PRIVATE}é"}, "bot token"),
        ({"bot_token": f"xoxp-{PRIVATE}"}, "bot token"),
        ({"bot_token": [f"xoxb-{PRIVATE}"]}, "bot token"),
        ({"webhook_url": f"{HOOK} {PRIVATE}"}, "webhook URL"),
        ({"webhook_url": f"{HOOK}\t{PRIVATE}"}, "webhook URL"),
        ({"webhook_url": f"http://hooks.slack.com/{PRIVATE}"}, "webhook URL"),
        ({"webhook_url": f"https://hooks.slack.com@{PRIVATE}.example/x"}, "webhook URL"),
        ({"webhook_url": f"https://hooks.slack.com\\@{PRIVATE}.example/x"}, "webhook URL"),
        ({"webhook_url": f"https://{PRIVATE}.example/#@hooks.slack.com/x"}, "webhook URL"),
        ({"webhook_url": f"https://hooks.slack.com.{PRIVATE}.example/x"}, HOSTS),
        ({"webhook_url": f"https://hooks.slack.com:8443/{PRIVATE}"}, HOSTS),
        ({"webhook_url": {"url": HOOK}}, "webhook URL"),
        (f"https://{PRIVATE}.example/services/x", HOSTS),
        (f'{{"bot_token": "xoxb-{PRIVATE}"', "neither"),
        (f"[{PRIVATE}", "neither"),
        ("9" * 5000, "neither"),
        ("[" * 100_000, "neither"),
    ],
)
def test_a_malformed_secret_is_told_in_one_sentence_that_does_not_quote_it(
    monkeypatch: pytest.MonkeyPatch, secret: Any, why: str
) -> None:
    text = secret if isinstance(secret, str) else json.dumps(secret)

    with pytest.raises(SecretUnreadableError, match=why) as caught:
        a_secret(monkeypatch, text).read()

    said = "".join(traceback.format_exception(caught.value))
    assert PRIVATE not in said
    assert f"{caught.value}".count(". ") == 0


@pytest.mark.parametrize("host", ["hooks.slack.com", "hooks.slack-gov.com", "chat.example.com:8443"])
def test_a_webhook_leads_to_slack_or_to_the_host_that_the_operator_names(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    url = f"https://{host}/services/T1/B1/x"

    assert a_secret(monkeypatch, url, webhook_host="chat.example.com:8443").read() == url


def test_a_channel_without_a_secret_is_unreadable() -> None:
    with pytest.raises(SecretUnreadableError, match="SLACK_SECRET_ARN"):
        SlackSecret("").read()


PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/ballast/slack"


class FakeParameters:
    """Parameter Store's client."""

    def __init__(self, value: str | Exception) -> None:
        self.value = value
        self.asked: list[dict[str, Any]] = []

    def get_parameter(self, **asked: Any) -> dict[str, dict[str, str]]:
        self.asked.append(asked)
        if isinstance(self.value, Exception):
            raise self.value
        return {"Parameter": {"Value": self.value}}


def test_a_secret_may_be_a_parameter_that_is_decrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeParameters(json.dumps({"bot_token": BOT}))
    asked_of: list[str] = []

    def client(service: str) -> FakeParameters:
        asked_of.append(service)
        return fake

    monkeypatch.setattr(secrets, "client", client)

    assert SlackSecret(PARAMETER).read() == BOT
    assert (asked_of, fake.asked) == (["ssm"], [{"Name": PARAMETER, "WithDecryption": True}])


def test_a_parameter_that_is_not_there_is_unreadable_and_a_busy_store_worth_another_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(secrets, "client", lambda _: FakeParameters(refused("ParameterNotFound")))
    with pytest.raises(SecretUnreadableError, match="Parameter Store answers ParameterNotFound for the secret"):
        SlackSecret(PARAMETER).read()

    monkeypatch.setattr(secrets, "client", lambda _: FakeParameters(refused("ThrottlingException", UnavailableError)))
    with pytest.raises(TransientError, match="Parameter Store does not answer"):
        SlackSecret(PARAMETER).read()


SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"


def test_the_signing_secret_stands_beside_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    both = json.dumps({"bot_token": BOT, "signing_secret": SIGNING})

    assert a_secret(monkeypatch, both).signing_secret() == SIGNING
    assert a_secret(monkeypatch, both).read() == BOT


@pytest.mark.parametrize(
    "held",
    [
        BOT,
        "[]",
        "[" * 100_000,
        *(json.dumps({"bot_token": BOT, "signing_secret": s}) for s in (None, "", "x y", 7, "é" * 32)),
    ],
)
def test_a_signing_secret_that_is_none_is_said_to_be_without_quoting_it_or_asking_again(
    monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    secret = a_secret(monkeypatch, held, AssertionError("asked again"))

    with pytest.raises(SecretUnreadableError) as refused:
        secret.signing_secret()
    assert str(refused.value) == (
        "The secret holds no signing_secret beside the bot token, or one that is not letters and digits."
    )
