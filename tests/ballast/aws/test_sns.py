"""What an SNS subscriber is sent, and what its refusal means."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ballast.aws import sns
from ballast.aws.sns import Topic
from ballast.errors import TransientError
from ballast.publish.email import TopicMessage

MESSAGE = TopicMessage("subject", '{"default": "text"}', {"severity": "page", "cluster": "prod"})


class FakeSns:
    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.published: list[dict[str, Any]] = []

    def publish(self, **request: Any) -> None:
        if self.error:
            raise self.error
        self.published.append(request)


def test_filter_policies_find_their_attributes(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeSns()
    monkeypatch.setattr(sns, "client", lambda _: fake)

    Topic("arn:topic").publish(MESSAGE)

    (request,) = fake.published
    assert request["MessageStructure"] == "json"
    assert request["MessageAttributes"] == {
        "severity": {"DataType": "String", "StringValue": "page"},
        "cluster": {"DataType": "String", "StringValue": "prod"},
    }


def test_whatever_goes_wrong_the_message_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ClientError({"Error": {"Code": "NotFound", "Message": ""}}, "Publish")
    monkeypatch.setattr(sns, "client", lambda _: FakeSns(error))

    with pytest.raises(TransientError):
        Topic("arn:topic").publish(MESSAGE)
