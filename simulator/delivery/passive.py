"""How are the calls answered that only hand something over? PutEvents, SendMessage, Publish, GetSecretValue."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import md5
from typing import Any

from simulator.clock import Clock
from simulator.delivery.bus import Bus
from simulator.delivery.faults import Dice
from simulator.delivery.names import Names
from simulator.delivery.queues import Queue
from simulator.delivery.records import Publication
from simulator.world.core.errors import AwsError

MOST_BYTES = 262_144  # of an SNS message; an SQS message and a PutEvents entry may be 1 MiB
MOST_ENTRIES = 10
SUBJECT_LIMIT = 100
LONGEST_DELAY_S = 900  # API_SendMessage


@dataclass(slots=True)
class PassiveServices:
    """`secrets` holds text by ARN or name; the scenario fills it."""

    clock: Clock
    dice: Dice
    names: Names
    bus: Bus
    queues: Mapping[str, Queue]
    dead_letter: Callable[[str, str, Mapping[str, str]], None]
    topics: tuple[str, ...]
    secrets: dict[str, str] = field(default_factory=dict)
    messages: list[Publication] = field(default_factory=list)
    others: Callable[[str, str, Mapping[str, Any]], dict[str, Any]] | None = None  # who answers the rest

    def handle(self, service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The parsed answer; AwsError when the service would refuse."""
        match service, operation:
            case "events", "PutEvents":
                return self._put_events(params)
            case "sqs", "SendMessage":
                return self._send_message(params)
            case "sqs", "SendMessageBatch":
                return self._send_messages(params)
            case "sns", "Publish":
                return self._publish(params)
            case "secretsmanager", "GetSecretValue":
                return self._get_secret_value(params)
            case _ if self.others:
                return self.others(service, operation, params)
            case _:
                raise AssertionError(f"The simulator does not answer {service}:{operation}.")

    def _put_events(self, params: Mapping[str, Any]) -> dict[str, Any]:
        if len(params["Entries"]) > MOST_ENTRIES:
            raise AwsError("ValidationException", f"At most {MOST_ENTRIES} entries.")
        entries = [self._put_event(entry) for entry in params["Entries"]]
        return {"FailedEntryCount": sum("ErrorCode" in e for e in entries), "Entries": entries}

    def _put_event(self, entry: Mapping[str, Any]) -> dict[str, str]:
        source, kind = entry.get("Source", ""), entry.get("DetailType", "")
        if not source or not kind or "Detail" not in entry:
            return _refused("InvalidArgument", "Source, DetailType and Detail are required.")
        if source.startswith("aws."):
            return _refused("NotAuthorizedForSourceException", f"Not authorized for {source}.")
        try:
            detail = json.loads(entry["Detail"])
        except json.JSONDecodeError:
            detail = None
        if not isinstance(detail, dict):
            return _refused("MalformedDetail", "Detail is malformed.")
        event_id = self.dice.uuid()
        at = entry.get("Time", self.clock.utc)
        self.bus.put(
            {
                "version": "0",
                "id": event_id,
                "detail-type": kind,
                "source": source,
                "account": self.names.account,
                "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "region": self.names.region,
                "resources": list(entry.get("Resources", [])),
                "detail": detail,
            }
        )
        return {"EventId": event_id}

    def _send_message(self, params: Mapping[str, Any]) -> dict[str, Any]:
        try:
            name = self.names.logical(params["QueueUrl"], "AWS::SQS::Queue")
        except ValueError as error:
            raise AwsError("AWS.SimpleQueueService.NonExistentQueue", str(error)) from error
        body = params["MessageBody"]
        if not 0 <= params.get("DelaySeconds", 0) <= LONGEST_DELAY_S:
            raise AwsError("InvalidParameterValue", f"DelaySeconds must be 0 to {LONGEST_DELAY_S}.")
        attributes = {key: str(value["StringValue"]) for key, value in params.get("MessageAttributes", {}).items()}
        if any(queue.spec.dead_letter_queue == name for queue in self.queues.values()):
            self.dead_letter(name, body, attributes)
        else:
            self.queues[name].send(body, attributes, delay_s=params.get("DelaySeconds"))
        digest = md5(body.encode(), usedforsecurity=False).hexdigest()
        return {"MD5OfMessageBody": digest, "MessageId": self.dice.uuid()}

    def _send_messages(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""
        entries = params["Entries"]
        ids = [entry["Id"] for entry in entries]
        if not entries:
            raise AwsError(
                "AWS.SimpleQueueService.EmptyBatchRequest", "The batch request does not contain any entries."
            )
        if len(entries) > MOST_ENTRIES:
            raise AwsError("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", f"At most {MOST_ENTRIES} entries.")
        if len(set(ids)) < len(ids):
            raise AwsError("AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "Two entries have the same Id.")
        sent = [self._send_message({**entry, "QueueUrl": params["QueueUrl"]}) for entry in entries]
        return {
            "Successful": [{"Id": entry["Id"], **one} for entry, one in zip(entries, sent, strict=True)],
            "Failed": [],
        }

    def _publish(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Attributes count as bytes of the message, and are never empty.

        https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
        """
        topic = params.get("TopicArn", "")
        subject, message = params.get("Subject"), params["Message"]
        structure = params.get("MessageStructure")
        if topic not in self.topics:
            raise AwsError("NotFound", "Topic does not exist", 404)
        if subject is not None and not (
            0 < len(subject) <= SUBJECT_LIMIT and subject.isascii() and subject.isprintable()
        ):
            raise AwsError("InvalidParameter", "Invalid parameter: Subject")
        attributes = {name: str(value["StringValue"]) for name, value in params.get("MessageAttributes", {}).items()}
        if not all(attributes.values()):
            raise AwsError(
                "ParameterValueInvalid", "The message attribute must contain non-empty message attribute value."
            )
        size = sum(len(text.encode()) for text in (message, *attributes, *attributes.values()))
        if not message or size > MOST_BYTES:
            raise AwsError("InvalidParameter", "Invalid parameter: Message too long or empty")
        if structure == "json" and "default" not in json.loads(message):
            raise AwsError("InvalidParameter", "Invalid parameter: No default entry in JSON message")
        self.messages.append(
            Publication(
                at_s=self.clock.now_s,
                topic_arn=topic,
                subject=subject,
                message=message,
                attributes=attributes,
                message_structure=structure,
            )
        )
        return {"MessageId": self.dice.uuid()}

    def _get_secret_value(self, params: Mapping[str, Any]) -> dict[str, Any]:
        wanted = params["SecretId"]
        if wanted not in self.secrets:
            raise AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        return {
            "ARN": wanted,
            "Name": wanted.rpartition(":")[2],
            "VersionId": "00000000-0000-4000-8000-000000000000",
            "SecretString": self.secrets[wanted],
            "VersionStages": ["AWSCURRENT"],
        }


def _refused(code: str, message: str) -> dict[str, str]:
    return {"ErrorCode": code, "ErrorMessage": message}
