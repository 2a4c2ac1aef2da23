"""Place what does not fit, keep room, and give back what stands half empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.shell.batch import Response, run
from ballast.shell.rebalance import runtime
from ballast.telemetry import logger, tracer

forget = runtime.cache_clear


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: Mapping[str, Any], context: Any) -> Response:
    ours = runtime()
    return run(event, context, parse=ours.parse, act=ours.handle, dead_letter=ours.dead_letters.send)
