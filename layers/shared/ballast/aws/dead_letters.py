"""Where does an event go that nobody can read? To the dead-letter queue, with the reason, and its alarm rings."""

from __future__ import annotations

from ballast.aws.session import client
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """One function's dead-letter queue."""

    queue_url: str

    def send(self, body: str, why: str) -> None:
        """Attributes are named as EventBridge names them on its own dead-letter queues.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
        """
        client("sqs").send_message(
            QueueUrl=self.queue_url,
            MessageBody=body,
            MessageAttributes={
                "ERROR_CODE": {"DataType": "String", "StringValue": "UNREADABLE_EVENT"},
                "ERROR_MESSAGE": {"DataType": "String", "StringValue": why[:1024]},
            },
        )
