"""The function as it is deployed: a request of a Function URL in, its body on a queue, a status out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from moto import mock_aws

from ballast import clock
from ballast.aws import session
from functions.answer_slack import handler
from simulator.delivery.function_url import Request, payload
from simulator.delivery.pressing import signed

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - of Slack's documentation
BODY = b"payload=%7B%7D"


@dataclass
class Deployed:
    queue: str

    def ask(self, request: Request) -> int:
        context = LambdaContext()
        context._function_name = "answer_slack"
        context._memory_limit_in_mb = 512
        context._invoked_function_arn = "arn:aws:lambda:x:1:function:answer_slack"
        context._aws_request_id = "1"
        answer: dict[str, Any] = handler.handler(payload(request), context)
        return int(answer["statusCode"])

    def queued(self) -> list[str]:
        found = boto3.client("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"])["detail"]["body"] for message in found]


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with mock_aws():
        for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
            monkeypatch.setenv(name, "us-east-1")
        session.client.cache_clear()
        queue = boto3.client("sqs").create_queue(QueueName="clicks")["QueueUrl"]
        held = json.dumps({"bot_token": "xoxb-1", "signing_secret": SECRET})
        arn = boto3.client("secretsmanager").create_secret(Name="slack", SecretString=held)["ARN"]
        monkeypatch.setenv("SLACK_SECRET_ARN", arn)
        monkeypatch.setenv("CLICKS_QUEUE_URL", queue)
        handler.forget()
        yield Deployed(queue)
    handler.forget()
    session.client.cache_clear()


def test_what_slack_signed_is_on_the_queue_and_what_others_send_is_not(deployed: Deployed) -> None:
    now_s = clock.utc_now().timestamp()

    assert deployed.ask(signed(BODY, SECRET, now_s)) == 200
    assert deployed.ask(signed(b"payload=1", SECRET[::-1], now_s)) == 401
    assert deployed.ask(Request(b"x", ())) == 400
    assert deployed.queued() == [BODY.decode()]
