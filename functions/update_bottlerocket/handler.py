"""Roll Bottlerocket releases over clusters, and follow each instance until it serves again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.shell.batch import Response, run
from ballast.shell.hints import Hints
from ballast.shell.update import runtime
from ballast.telemetry import logger, tracer

forget = runtime.cache_clear


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: Mapping[str, Any], context: Any) -> Response:
    ours = runtime()
    hints = Hints(ours.ledger.table)
    return run(event, context, parse=hints.parse, act=ours.handle, dead_letter=ours.dead_letters.send)
