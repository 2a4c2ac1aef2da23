"""Tell on-call: notices, AWS's own failures and the sweep of every minute come in; SNS and Slack messages go out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast import batch
from ballast.aws.dead_letters import DeadLetters
from ballast.channels.wiring import publisher
from ballast.publishing.incoming import parse
from ballast.settings import NotificationSettings
from ballast.telemetry import logger, metrics, tracer

settings = NotificationSettings.from_environment()
publish = publisher(settings).publish
dead_letter = DeadLetters(settings.dead_letter_queue_url).send


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: Mapping[str, Any], context: Any) -> batch.Response:
    return batch.run(event, context, parse=parse, act=publish, dead_letter=dead_letter)
