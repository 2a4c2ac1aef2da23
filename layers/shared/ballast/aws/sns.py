"""How does a message get to the SNS topic?"""

from __future__ import annotations

from ballast.aws.session import client
from ballast.errors import CallFailedError, DeniedError, MalformedCallError, TransientError, UnavailableError
from ballast.publish.email import TopicMessage
from ballast.value import dataclass

# Of the topic, its key, or who asks: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors and
# …/CommonErrors.html. Any other refusal, also one that nobody knows, is taken for the message's own.
ABOUT_ALL = frozenset(
    {
        "",  # no answer of AWS's
        "EndpointDisabled",
        "ExpiredToken",
        "IncompleteSignature",
        "InternalError",
        "InternalFailure",
        "InvalidClientTokenId",
        "InvalidSecurity",
        "KMSDisabled",
        "KMSInvalidState",
        "KMSNotFound",
        "KMSOptInRequired",
        "KMSThrottling",
        "NotAuthorized",
        "NotFound",
        "OptInRequired",
        "PlatformApplicationDisabled",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)


@dataclass(frozen=True, slots=True)
class Topic:
    """The topic that every message goes to."""

    arn: str

    def publish(self, message: TopicMessage) -> None:
        """Raises TransientError where the topic takes nothing, as it gets mended; CallFailedError for this message alone."""
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
            about_all = isinstance(error, DeniedError | UnavailableError) or error.code in ABOUT_ALL
            if about_all and not isinstance(error, MalformedCallError):
                raise TransientError(f"SNS does not take the message: {error}") from error
            raise
