"""Tell on-call: notices, AWS's own failures and the sweep of every minute come in; SNS and Slack messages go out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.shell.batch import Response, run
from ballast.shell.publish import runtime
from ballast.telemetry import logger, tracer

forget = runtime.cache_clear


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: Mapping[str, Any], context: Any) -> Response:
    ours = runtime()
    return run(event, context, parse=ours.gate.parse, act=ours.handle, dead_letter=ours.dead_letters.send)
