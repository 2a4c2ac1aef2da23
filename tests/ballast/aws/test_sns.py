"""What an SNS subscriber is sent, and what its refusal means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.aws.sns import Topic
from ballast.errors import CallFailedError, MalformedCallError, TransientError
from ballast.publish.email import TopicMessage
from tests.aws_stubs import Stubs

MESSAGE = TopicMessage("subject", '{"default": "text"}', {"severity": "page", "cluster": "prod"})


def test_filter_policies_find_their_attributes(aws: Stubs) -> None:
    asked = {
        "TopicArn": "arn:topic",
        "Subject": "subject",
        "Message": '{"default": "text"}',
        "MessageStructure": "json",
        "MessageAttributes": {
            "severity": {"DataType": "String", "StringValue": "page"},
            "cluster": {"DataType": "String", "StringValue": "prod"},
        },
    }
    aws.answers("sns", "publish", asked, {"MessageId": "x"})

    Topic("arn:topic").publish(MESSAGE)


@pytest.mark.parametrize(
    "code",
    ["NotFound", "AuthorizationError", "Throttling", "KMSDisabled", "KMSAccessDenied", "ExpiredToken", "InternalError"],
)
def test_what_is_wrong_with_the_topic_or_us_is_so_for_every_message(aws: Stubs, code: str) -> None:
    aws.refuses("sns", "publish", code)

    with pytest.raises(TransientError, match=code):
        Topic("arn:topic").publish(MESSAGE)


@pytest.mark.parametrize(
    "code", ["InvalidParameter", "ParameterValueInvalid", "InvalidParameterValue", "ValidationException", "UnheardOf"]
)
def test_any_other_refusal_concerns_this_message_alone(aws: Stubs, code: str) -> None:
    aws.refuses("sns", "publish", code)

    with pytest.raises(CallFailedError, match=code) as caught:
        Topic("arn:topic").publish(MESSAGE)

    assert not isinstance(caught.value, TransientError)


@pytest.mark.usefixtures("aws")
def test_what_botocore_does_not_even_send_concerns_this_message_alone() -> None:
    with pytest.raises(MalformedCallError):
        Topic("arn:topic").publish(replace(MESSAGE, attributes={"cluster": 7}))  # type: ignore[dict-item]  # on purpose
