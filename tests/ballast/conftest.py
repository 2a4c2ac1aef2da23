"""What tests of several rooms may ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ballast.aws import session
from ballast.aws.conversation_items import ItemTable
from ballast.aws.ledger import Ledger
from tests.aws_stubs import REGION, Stubs, stubbed


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    """AWS as an adapter sees it; asked for after `ledger`, DynamoDB is moto's."""
    with stubbed(monkeypatch) as stubs:
        yield stubs


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """An empty one; moto plays DynamoDB."""
    with _table(monkeypatch, "ledger", {"cluster": "HASH", "item": "RANGE"}):
        yield Ledger("ledger")


@pytest.fixture
def conversations(monkeypatch: pytest.MonkeyPatch) -> Iterator[ItemTable]:
    """The same of the Conversations table."""
    with _table(monkeypatch, "conversations", {"conversation": "HASH"}):
        yield ItemTable("conversations")


@contextmanager
def _table(monkeypatch: pytest.MonkeyPatch, name: str, keys: Mapping[str, Any]) -> Iterator[None]:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(variable, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    session.client.cache_clear()
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        yield
    session.client.cache_clear()
