"""What tests of several rooms may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from moto import mock_aws

from ballast.aws import session
from ballast.aws.conversation_items import ItemTable
from ballast.aws.ledger import Ledger
from tests.aws_stubs import REGION, Stubs, a_table, stubbed


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    """AWS as an adapter sees it; asked for after `ledger`, DynamoDB is moto's."""
    with stubbed(monkeypatch) as stubs:
        yield stubs


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """An empty one; moto plays DynamoDB."""
    with _table(monkeypatch, "ledger", "cluster", "item"):
        yield Ledger("ledger")


@pytest.fixture
def conversations(monkeypatch: pytest.MonkeyPatch) -> Iterator[ItemTable]:
    """The same of the Conversations table."""
    with _table(monkeypatch, "conversations", "conversation"):
        yield ItemTable("conversations")


@contextmanager
def _table(monkeypatch: pytest.MonkeyPatch, name: str, *keys: str) -> Iterator[None]:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(variable, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    session.client.cache_clear()
    with mock_aws():
        a_table(name, *keys)
        yield
    session.client.cache_clear()
