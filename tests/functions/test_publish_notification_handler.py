"""The function as it is deployed: SQS records in, SNS messages out, what nobody understands into the dead-letter queue."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from moto import mock_aws

from ballast.aws import session
from ballast.errors import SettingsError
from ballast.words.notice import Severity
from functions.publish_notification import handler
from tests.aws_stubs import a_table
from tests.notification_builders import REGION, RUNBOOK, a_notice, notice_event


@dataclass
class Deployed:
    subscriber: str
    dead_letters: str

    def receive(self, *bodies: str) -> Mapping[str, Any]:
        records = [
            {"messageId": str(number), "body": body, "attributes": {}, "eventSource": "aws:sqs"}
            for number, body in enumerate(bodies)
        ]
        context = LambdaContext()
        context._function_name = "publish_notification"
        context._memory_limit_in_mb = 256
        context._invoked_function_arn = "arn:aws:lambda:x:1:function:publish_notification"
        context._aws_request_id = "1"
        answer: Mapping[str, Any] = handler.handler({"Records": records}, context)
        return answer

    def messages(self, queue: str) -> list[Any]:
        answer = boto3.client("sqs").receive_message(
            QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return list(answer.get("Messages", []))


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    environment = {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "LEDGER_TABLE": "ledger",
        "CONVERSATIONS_TABLE": "conversations",
        "PAGES_QUEUE_URL": "https://pages",
        "SNS_FORMAT": "text_and_json",
        "RUNBOOK_URL": RUNBOOK,
        "SLACK_CHANNEL": "",
        "SLACK_SECRET_ARN": "",
        "SLACK_WEBHOOK_HOST": "",
        "GROUP_WAIT_SECONDS": "30",
        "GROUP_INTERVAL_MINUTES": "5",
        "PLACEMENT_FAILURE_MINUTES": "5",
        "DIGEST": "off",
        "SLACK_BUTTONS": "false",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    session.client.cache_clear()
    with mock_aws():
        a_table("conversations", "conversation")
        sqs, sns = boto3.client("sqs"), boto3.client("sns")
        subscriber, dead_letters = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in "sd")
        topic = sns.create_topic(Name="notifications")["TopicArn"]
        arn = sqs.get_queue_attributes(QueueUrl=subscriber, AttributeNames=["QueueArn"])
        sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=arn["Attributes"]["QueueArn"],
            Attributes={"FilterPolicy": json.dumps({"severity": ["page"]})},
        )
        monkeypatch.setenv("TOPIC_ARN", topic)
        monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", dead_letters)
        handler.forget()
        yield Deployed(subscriber, dead_letters)
        handler.forget()
    session.client.cache_clear()


def test_a_page_reaches_the_subscribers_that_filter_on_it(deployed: Deployed) -> None:
    page = notice_event(a_notice("DrainStuck", Severity.PAGE))
    ticket = notice_event(a_notice("SomethingElse", Severity.TICKET, reason="other"))

    assert deployed.receive(json.dumps(page), json.dumps(ticket)) == {"batchItemFailures": []}

    (message,) = deployed.messages(deployed.subscriber)
    assert json.loads(message["Body"])["Subject"].startswith("[PAGE] prod: ")


def test_what_nobody_understands_goes_to_the_dead_letter_queue_with_the_reason(
    deployed: Deployed,
) -> None:
    page = notice_event(a_notice("DrainStuck", Severity.PAGE))
    garbage = json.dumps(page | {"detail": {"code": "X"}})

    assert deployed.receive(garbage, json.dumps(page)) == {"batchItemFailures": []}

    (dead,) = deployed.messages(deployed.dead_letters)
    assert dead["Body"] == garbage
    assert "docs/events.md" in dead["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"]
    assert len(deployed.messages(deployed.subscriber)) == 1


def test_a_topic_that_is_gone_brings_the_record_back(deployed: Deployed) -> None:
    for topic in boto3.client("sns").list_topics()["Topics"]:
        boto3.client("sns").delete_topic(TopicArn=topic["TopicArn"])

    page = notice_event(a_notice("DrainStuck", Severity.PAGE))

    assert deployed.receive(json.dumps(page)) == {"batchItemFailures": [{"itemIdentifier": "0"}]}


def test_missing_variables_are_named_at_the_start(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOPIC_ARN")
    monkeypatch.delenv("CONVERSATIONS_TABLE")

    with pytest.raises(SettingsError, match="CONVERSATIONS_TABLE is missing, TOPIC_ARN is missing"):
        deployed.receive(json.dumps(notice_event(a_notice())))
