"""Secrets that a test chooses, in place of Secrets Manager."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.slack import secret as secrets
from ballast.slack.secret import SlackSecret

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


def a_secret(monkeypatch: pytest.MonkeyPatch, *values: str | Exception, webhook_host: str = "") -> SlackSecret:
    fake = FakeSecrets(*values)
    monkeypatch.setattr(secrets, "client", lambda _: fake)
    return SlackSecret("arn:secret", webhook_host)
