"""Drain container instances that are about to go, and follow each drain to its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.drain.parse import parse
from ballast.shell.batch import Response, run
from ballast.shell.drain import runtime
from ballast.telemetry import logger, tracer

forget = runtime.cache_clear


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: Mapping[str, Any], context: Any) -> Response:
    return run(event, context, parse=parse, act=runtime().handle, dead_letter=runtime().dead_letters.send)
