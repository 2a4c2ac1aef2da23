"""The queue of what Slack says that somebody pressed: as it came, for another function to read."""

from __future__ import annotations

import json

from ballast.aws.session import client
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class ClickQueue:
    url: str

    def send(self, body: str) -> None:
        """In the frame of an event, as all queues of ours hold them; `body` is text as it was signed."""
        event = {"id": "", "source": "slack", "detail-type": "Interaction", "detail": {"body": body}}
        client("sqs").send_message(QueueUrl=self.url, MessageBody=json.dumps(event))
