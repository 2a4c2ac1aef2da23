"""Carry out what somebody pressed in Slack, if they may and it still stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.answer.click import parse
from ballast.shell.batch import Response, run
from ballast.shell.obey_click import runtime
from ballast.telemetry import logger, tracer

forget = runtime.cache_clear


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: Mapping[str, Any], context: Any) -> Response:
    ours = runtime()
    # A click that is late is refused, and says so to who pressed.
    return run(event, context, parse=parse, act=ours.handle, dead_letter=ours.dead_letters.send, tells_late=False)
