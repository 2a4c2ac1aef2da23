"""The function as it is deployed: SQS records in, what nobody understands into the dead-letter queue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from moto import mock_aws

from ballast.aws import session
from functions.obey_click import handler
from tests.aws_stubs import a_table
from tests.ballast.answer.presses import a_payload, handed_on, waiting


def run(*bodies: str) -> Any:
    context = LambdaContext()
    context._function_name = "obey_click"
    context._memory_limit_in_mb = 512
    context._invoked_function_arn = "arn:aws:lambda:x:1:function:obey_click"
    context._aws_request_id = "1"
    records = [{"messageId": str(n), "body": body, "attributes": {}} for n, body in enumerate(bodies)]
    return handler.handler({"Records": records}, context)


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with mock_aws():
        for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
            monkeypatch.setenv(name, "us-east-1")
        session.client.cache_clear()
        queue = boto3.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
        a_table("conversations", "conversation")
        for name, value in {
            "CONVERSATIONS_TABLE": "conversations",
            "PAGES_QUEUE_URL": queue,
            "DEAD_LETTER_QUEUE_URL": queue,
            "SLACK_DECIDERS": "",
            "SLACK_DECIDERS_NEEDED": "1",
        }.items():
            monkeypatch.setenv(name, value)
        handler.forget()
        yield queue
    handler.forget()
    session.client.cache_clear()


def test_what_nobody_can_read_is_a_dead_letter_with_its_reason_and_a_strangers_press_is_done_with(
    letters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ballast.slack.clicker.tell", lambda _url, _text: None)
    press = json.dumps(handed_on(a_payload(waiting())))

    assert run("no JSON", json.dumps(handed_on(None, "payload=1")), press) == {"batchItemFailures": []}

    found = boto3.client("sqs").receive_message(QueueUrl=letters, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    reasons = [message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"] for message in found["Messages"]]
    assert len(reasons) == 2
    assert any("payload is 1 but must be an object" in reason for reason in reasons)
