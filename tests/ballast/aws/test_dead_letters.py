"""A dead letter says why it is one."""

from __future__ import annotations

from ballast.aws.dead_letters import DeadLetters
from tests.aws_stubs import Stubs


def test_a_dead_letter_carries_its_reason_within_the_limit(aws: Stubs) -> None:
    attributes = {
        "ERROR_CODE": {"DataType": "String", "StringValue": "UNREADABLE_EVENT"},
        "ERROR_MESSAGE": {"DataType": "String", "StringValue": "w" * 1024},
    }
    asked = {"QueueUrl": "https://queue", "MessageBody": "{}", "MessageAttributes": attributes}
    aws.answers("sqs", "send_message", asked, {})

    DeadLetters("https://queue").send("{}", "w" * 2000)
