"""How does a queue's batch become work? Read every record, act once on all that can be read, report what must come again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from ballast.errors import UnexpectedEventError
from ballast.telemetry import logger

type Response = dict[str, list[dict[str, str]]]


def run[T](
    event: Mapping[str, Any],
    context: Any,
    *,
    parse: Callable[[Mapping[str, Any]], T],
    act: Callable[[Sequence[T]], Sequence[T]],
    dead_letter: Callable[[str, str], None],
) -> Response:
    """Answer SQS with the records to retry (ReportBatchItemFailures).

    `parse` gets one EventBridge event and may raise UnexpectedEventError: that record goes to `dead_letter(body, why)`
    and counts as handled. `act` gets all readable items at once and returns those that must come again, by identity.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    read: list[tuple[str, T]] = []

    def read_record(record: SQSRecord) -> None:
        try:
            read.append((record.message_id, parse(_load(record.body))))
        except UnexpectedEventError as error:
            logger.error("Unreadable event dead-lettered", why=str(error))
            dead_letter(record.body, str(error))

    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    response = process_partial_response(dict(event), read_record, processor, context)
    failures = [{"itemIdentifier": str(f["itemIdentifier"])} for f in response["batchItemFailures"]]
    again = {id(item) for item in act([item for _, item in read])} if read else set()
    failures += [{"itemIdentifier": name} for name, item in read if id(item) in again]
    return {"batchItemFailures": failures}


def _load(body: str) -> Mapping[str, Any]:
    try:
        event = json.loads(body)
    except json.JSONDecodeError as error:
        raise UnexpectedEventError(f"The message is not JSON ({error}); expected an EventBridge event.") from error
    if not isinstance(event, dict):
        raise UnexpectedEventError(
            f"The message is a JSON {type(event).__name__}; expected an EventBridge event object."
        )
    return event
