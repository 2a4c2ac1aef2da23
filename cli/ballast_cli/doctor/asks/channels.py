"""Where Ballast says what it has to say, the topic and Slack, and the dead letters: what it could not say or do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ballast.errors import CallFailedError
from ballast_cli.doctor.asks.look import at_once, look, pages, service
from ballast_cli.doctor.facts import Letter, Letters, Resource, SlackStore, Subscription

LOOKED_AT = 10  # most messages of one call
GONE = "it does not exist"


def subscriptions_of(topic: str) -> tuple[Subscription, ...]:
    """Until somebody confirms it, a subscription has words in the place of an ARN.

    https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
    https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.confirm.html
    """
    found = pages("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic)
    return tuple(Subscription(r["Protocol"], r["Endpoint"], r["SubscriptionArn"].startswith("arn:")) for r in found)


def slack_store(arn: str) -> SlackStore | None:
    """Whether it is there; what it holds is not asked for."""
    if not arn:
        return None
    _, _, kind, region, *_ = arn.split(":", 5)
    return SlackStore(arn, _why_no_parameter(arn, region) if kind == "ssm" else _why_no_secret(arn, region))


def _why_no_secret(arn: str, region: str) -> str:
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html"""
    try:
        told = service("secretsmanager", region).describe_secret(SecretId=arn)
    except CallFailedError as error:
        if error.code == "ResourceNotFoundException":
            return GONE
        raise
    if told.get("DeletedDate"):
        return "it is deleted, or about to be"
    staged = [stage for stages in told.get("VersionIdsToStages", {}).values() for stage in stages]
    return "" if "AWSCURRENT" in staged else "it has no value"


def _why_no_parameter(arn: str, region: str) -> str:
    """A name with a slash in front has one in the ARN, and so does one without.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
    """
    name = arn.partition(":parameter/")[2]
    filters = [{"Key": "Name", "Option": "Equals", "Values": [name, f"/{name}"]}]
    found = service("ssm", region).describe_parameters(ParameterFilters=filters)["Parameters"]
    if not found:
        return GONE
    return "" if found[0]["Type"] == "SecureString" else f"it is a {found[0]['Type']}, not a SecureString"


def letters_of(resources: Sequence[Resource]) -> tuple[Letters, ...]:
    queues = [each for each in resources if each.kind == "AWS::SQS::Queue" and each.logical.endswith("DeadLetters")]
    return tuple(at_once(_letters, queues))


def _letters(queue: Resource) -> Letters:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html"""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    told = service("sqs").get_queue_attributes(QueueUrl=queue.physical, AttributeNames=names)["Attributes"]
    count = sum(int(told[name]) for name in names)
    return Letters(queue.logical, queue.physical, count, look(lambda: _some(queue.physical)) if count else ())


def _some(url: str) -> tuple[Letter, ...]:
    """As the runbook looks at them, and visible to others all the while: a visibility timeout of 0 hides none.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
    """
    told = service("sqs").receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=LOOKED_AT,
        VisibilityTimeout=0,
        WaitTimeSeconds=1,
        MessageSystemAttributeNames=["SentTimestamp"],
        MessageAttributeNames=["ERROR_CODE", "ERROR_MESSAGE"],
    )
    return tuple(_letter(raw) for raw in told.get("Messages", ()))


def _letter(raw: Mapping[str, Any]) -> Letter:
    """EventBridge and the functions say why in attributes; SQS itself, after the last attempt, says nothing.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """
    said = {name: each.get("StringValue", "") for name, each in raw.get("MessageAttributes", {}).items()}
    sent = raw.get("Attributes", {}).get("SentTimestamp", "")
    at = datetime.fromtimestamp(int(sent) / 1000, UTC) if sent.isdigit() else None
    return Letter(_kind(raw.get("Body", "")), said.get("ERROR_MESSAGE") or said.get("ERROR_CODE", ""), at)


def _kind(body: str) -> str:
    """What the event is called; of what it says nothing is kept."""
    try:
        kind = json.loads(body)["detail-type"]
    except (KeyError, TypeError, ValueError, RecursionError):
        kind = None
    return kind[:128] if isinstance(kind, str) else "something that is no event"
