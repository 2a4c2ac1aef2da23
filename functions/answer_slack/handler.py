"""Take what Slack says that somebody pressed: the only part that the Internet can reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.shell.answer_slack import Answer, runtime
from ballast.telemetry import logger, tracer

forget = runtime.cache_clear


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: Mapping[str, Any], _context: Any) -> Answer:
    return runtime().handle(event)
