"""Tell on-call: notices, AWS's own failures and the sweep of every minute come in; SNS and Slack messages go out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.publish.events import parse
from ballast.shell.batch import Response, run
from ballast.shell.publish import runtime
from ballast.telemetry import logger, tracer

forget = runtime.cache_clear


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: Mapping[str, Any], context: Any) -> Response:
    return run(event, context, parse=parse, act=runtime().handle, dead_letter=runtime().dead_letters.send)
