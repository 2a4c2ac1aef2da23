"""What an SNS subscriber is sent, and what its refusal means."""

from __future__ import annotations

import pytest

from ballast.aws.sns import Topic
from ballast.errors import TransientError
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


@pytest.mark.parametrize("code", ["NotFound", "AuthorizationError", "Throttling"])
def test_whatever_goes_wrong_the_message_comes_again(aws: Stubs, code: str) -> None:
    aws.refuses("sns", "publish", code)

    with pytest.raises(TransientError, match=code):
        Topic("arn:topic").publish(MESSAGE)
