"""How does a message get to the SNS topic?"""

from __future__ import annotations

from ballast.aws.session import client
from ballast.errors import CallFailedError, MalformedCallError, TransientError
from ballast.publish.email import TopicMessage
from ballast.value import dataclass

ABOUT_THE_MESSAGE = ("InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid", "ValidationException")


@dataclass(frozen=True, slots=True)
class Topic:
    """The topic that every message goes to."""

    arn: str

    def publish(self, message: TopicMessage) -> None:
        """Raises TransientError where the topic takes nothing, as it gets mended; CallFailedError for this message alone.

        https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
        """
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
            if isinstance(error, MalformedCallError) or error.code in ABOUT_THE_MESSAGE:
                raise
            raise TransientError(f"SNS does not take the message: {error}") from error
