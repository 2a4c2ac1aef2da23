"""What do calls of DynamoDB, EventBridge, SNS, SQS and Secrets Manager ask for?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from simulator.iam.ask import Ask
from simulator.iam.estate import Estate

type Params = Mapping[str, Any]
type Asks = list[Ask]
type Finds = Callable[[Estate, str, Params], Asks]

ENCLOSED = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
EQUALS = re.compile(r"([#\w]+)\s*=\s*(:\w+)")


def asks_of(estate: Estate, service: str, operation: str, params: Params) -> Asks | None:
    """None: this operation is not known here."""
    find = OPERATIONS[service].get(operation)
    return find(estate, f"{service}:{operation}", params) if find else None


def _table(estate: Estate, action: str, table: str, keys: Iterable[str], *more: tuple[str, str]) -> Ask:
    """`dynamodb:LeadingKeys` are the partition keys that a request touches.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    facts = (("dynamodb:LeadingKeys", tuple(sorted(set(keys)))), *((key, (value,)) for key, value in more))
    return Ask(action, estate.arn("dynamodb", f"table/{table}"), "table", facts=facts)


def _value(attribute: Mapping[str, Any]) -> str:
    return str(next(iter(attribute.values())))


def _one(estate: Estate, action: str, params: Params, *more: tuple[str, str]) -> Asks:
    table = params["TableName"]
    key = (params.get("Key") or params.get("Item") or {})[estate.partition_key(table)]
    return [_table(estate, action, table, [_value(key)], *more)]


def _query(estate: Estate, action: str, params: Params) -> Asks:
    table = params["TableName"]
    names = params.get("ExpressionAttributeNames", {})
    values = params.get("ExpressionAttributeValues", {})
    wanted = estate.partition_key(table)
    found = EQUALS.findall(params.get("KeyConditionExpression", ""))
    keys = [_value(values[value]) for name, value in found if names.get(name, name) == wanted]
    return [_table(estate, action, table, keys)]


def _batch_get(estate: Estate, action: str, params: Params) -> Asks:
    return [
        _table(estate, action, table, [_value(key[estate.partition_key(table)]) for key in asked["Keys"]])
        for table, asked in params["RequestItems"].items()
    ]


def _transact_write(estate: Estate, _action: str, params: Params) -> Asks:
    """A transaction is asked about as its items are.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
    """
    enclosing = ("dynamodb:EnclosingOperation", "TransactWriteItems")
    return [
        ask
        for item in params["TransactItems"]
        for kind, change in item.items()
        for ask in _one(estate, ENCLOSED[kind], change, enclosing)
    ]


def _put_events(estate: Estate, action: str, params: Params) -> Asks:
    """Each entry has its source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html."""
    asks: dict[Ask, None] = {}  # each once
    for entry in params["Entries"]:
        bus = entry.get("EventBusName", "default")
        arn = bus if bus.startswith("arn:") else estate.arn("events", f"event-bus/{bus}")
        facts = (
            ("events:source", (entry.get("Source", ""),)),
            ("events:detail-type", (entry.get("DetailType", ""),)),
        )
        asks[Ask(action, arn, "event-bus", facts=facts)] = None
    return list(asks)


def _publish(estate: Estate, action: str, params: Params) -> Asks:
    """Who publishes to an encrypted topic needs its key: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html."""
    topic = params.get("TopicArn", "")
    asks = [Ask(action, topic, "topic")]
    if key := estate.stack.topic_keys.get(topic):
        via = (("kms:ViaService", (f"sns.{estate.stack.names.region}.amazonaws.com",)),)
        asks += [Ask(each, key, "key", facts=via) for each in ("kms:GenerateDataKey", "kms:Decrypt")]
    return asks


def _send_message(estate: Estate, action: str, params: Params) -> Asks:
    return [Ask(action, estate.arn("sqs", params["QueueUrl"].rpartition("/")[2]), "queue")]


def _send_message_batch(estate: Estate, _action: str, params: Params) -> Asks:
    """The right to send one is the right to send ten.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
    """
    return _send_message(estate, "sqs:SendMessage", params)


def _secret(estate: Estate, action: str, params: Params) -> Asks:
    wanted = params["SecretId"]
    arn = wanted if wanted.startswith("arn:") else estate.arn("secretsmanager", f"secret:{wanted}-??????")
    return [Ask(action, arn, "Secret", facts=(("secretsmanager:SecretId", (wanted,)),))]


OPERATIONS: dict[str, dict[str, Finds]] = {
    "dynamodb": {
        "BatchGetItem": _batch_get,
        "DeleteItem": _one,
        "GetItem": _one,
        "PutItem": _one,
        "Query": _query,
        "TransactWriteItems": _transact_write,
        "UpdateItem": _one,
    },
    "events": {"PutEvents": _put_events},
    "secretsmanager": {"GetSecretValue": _secret},
    "sns": {"Publish": _publish},
    "sqs": {"SendMessage": _send_message, "SendMessageBatch": _send_message_batch},
}
