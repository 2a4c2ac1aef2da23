"""Slack behind slack_sdk's HTTP boundary."""

from __future__ import annotations

import pytest

from tests.notification_builders import FakeSlack


@pytest.fixture
def http(monkeypatch: pytest.MonkeyPatch) -> FakeSlack:
    slack = FakeSlack()
    monkeypatch.setattr("slack_sdk.web.base_client.urlopen", slack)
    monkeypatch.setattr("slack_sdk.webhook.client.urlopen", slack)
    return slack
