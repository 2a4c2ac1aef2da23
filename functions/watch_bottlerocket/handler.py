"""See which Bottlerocket releases AWS publishes or takes back, and announce each change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ballast.releases.events import parse
from ballast.shell.batch import Response, run
from ballast.shell.releases import runtime
from ballast.telemetry import logger, tracer

forget = runtime.cache_clear


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: Mapping[str, Any], context: Any) -> Response:
    ours = runtime()
    # Due once an hour, it is late only by what it could not do, and comes again for that.
    return run(event, context, parse=parse, act=ours.handle, dead_letter=ours.dead_letters.send, tells_late=False)
