"""An AWS that answers exactly the calls that a test expects, checked against botocore's models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ballast.aws import kept, session

REGION = "eu-central-1"


class Stubs:
    """`stub("ecs")` answers calls of that service in the order in which they are added; "pricing us-east-1" of that Region."""

    def __init__(self, undo: ExitStack) -> None:
        self._undo = undo
        self._stubbers: dict[str, Stubber] = {}

    def stub(self, service: str) -> Stubber:
        if service not in self._stubbers:
            name, _, region = service.partition(" ")
            named: Any = name  # any of those that `client` knows
            client: Any = session.client  # the stubs know no Region
            made = client(named, region) if region else client(named)
            self._stubbers[service] = self._undo.enter_context(Stubber(made))
        return self._stubbers[service]

    def answers(self, service: str, method: str, expected: dict[str, Any], answer: dict[str, Any]) -> None:
        self.stub(service).add_response(method, answer, expected)

    def refuses(self, service: str, method: str, code: str, expected: dict[str, Any] | None = None) -> None:
        self.stub(service).add_client_error(method, code, "no", expected_params=expected)

    def all_called(self) -> None:
        for stubber in self._stubbers.values():
            stubber.assert_no_pending_responses()


@contextmanager
def stubbed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubs]:
    """Every expected call must have been made when it ends."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setattr(kept, "_all", {})
    session.client.cache_clear()
    with ExitStack() as undo:
        undo.callback(session.client.cache_clear)
        stubs = Stubs(undo)
        yield stubs
        stubs.all_called()


def a_table(name: str, *keys: str) -> None:
    """In moto's DynamoDB: the partition key, and perhaps a sort key."""
    boto3.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "RANGE" if number else "HASH"} for number, key in enumerate(keys)],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        BillingMode="PAY_PER_REQUEST",
    )
