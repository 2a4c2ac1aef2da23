"""The queue of pages, into which the function leaves itself a wake-up: look at Slack again, in a while."""

from __future__ import annotations

import json
from datetime import datetime

from ballast.aws.session import client
from ballast.publish.events import WAKE
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class WakeQueue:
    url: str

    def send(self, delay_s: int, at: datetime) -> None:
        """At most 900 s (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html)."""
        source, kind = WAKE
        event = {"source": source, "detail-type": kind, "time": at.isoformat(), "detail": {}}
        client("sqs").send_message(QueueUrl=self.url, MessageBody=json.dumps(event), DelaySeconds=delay_s)
