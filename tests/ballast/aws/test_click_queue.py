"""What was pressed is handed on as it was signed, and can be read."""

from __future__ import annotations

import json

from ballast.answer.click import parse
from ballast.aws.click_queue import ClickQueue
from tests.aws_stubs import Stubs
from tests.ballast.answer.presses import a_payload, handed_on, waiting


def test_a_press_is_handed_on_and_reads_as_one(aws: Stubs) -> None:
    event = handed_on(a_payload(waiting()))
    body = json.dumps(event)
    aws.answers("sqs", "send_message", {"QueueUrl": "https://queue", "MessageBody": body}, {"MessageId": "1"})

    ClickQueue("https://queue").send(event["detail"]["body"])

    assert parse(json.loads(body)) is not None
