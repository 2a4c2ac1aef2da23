"""A wake-up is sent to come after its delay, and what is sent can be read."""

from __future__ import annotations

import json

from ballast.aws.wake_queue import WakeQueue
from ballast.publish.events import Wake, parse
from tests.aws_stubs import Stubs
from tests.builders import NOW
from tests.notification_builders import WAKE_UP


def test_a_wake_up_comes_after_its_delay_and_reads_as_one(aws: Stubs) -> None:
    body = json.dumps(WAKE_UP | {"time": NOW.isoformat()})
    aws.answers(
        "sqs", "send_message", {"QueueUrl": "https://queue", "MessageBody": body, "DelaySeconds": 7}, {"MessageId": "1"}
    )

    WakeQueue("https://queue").send(7, NOW)

    assert isinstance(parse(json.loads(body)), Wake)
