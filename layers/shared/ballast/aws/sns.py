"""How does a message get to the SNS topic?"""

from __future__ import annotations

from ballast.aws.session import client
from ballast.errors import CallFailedError, TransientError
from ballast.publish.email import TopicMessage
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """The topic that every message goes to."""

    arn: str

    def publish(self, message: TopicMessage) -> None:
        """Raises TransientError whatever goes wrong: no message may be dropped, and a broken topic gets mended."""
        try:
            client("sns").publish(
                TopicArn=self.arn,
                Subject=message.subject,
                Message=message.body,
                MessageStructure="json",
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in message.attributes.items()
                },
            )
        except CallFailedError as error:
            raise TransientError(f"SNS does not take the message: {error}") from error
