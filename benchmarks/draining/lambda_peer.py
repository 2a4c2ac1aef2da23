"""How does a peer that is one Lambda function get its events? One asynchronous invocation for each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from simulator.stage import Stage

type Detail = Mapping[str, Any]

# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
RETRIES_AFTER_S = (60.0, 120.0)


class LambdaPeer:
    """`work` gets the detail of an event that `wants` accepts; when it fails, Lambda retries it twice."""

    def __init__(self, stage: Stage, work: Callable[[Detail], object], wants: Callable[[Detail], bool]) -> None:
        self._stage = stage
        self._work = work
        self._wants = wants
        self._events = stage.deployment.queues["Events"]
        self._events.available = self._take

    def handler(self, event: Mapping[str, Any], _context: object) -> None:
        self._work(event["Records"][0])

    def invoke(self, detail: Detail, failures: int = 0) -> None:
        """Run the function, as soon as Lambda has an environment for it."""
        function = self._stage.deployment.functions["Peer"]
        function.invoke({"Records": [detail]}, partial(self._ended, detail, failures))

    def _take(self) -> None:
        for receipt in self._events.receive(10):
            self._events.delete(receipt)
            detail = json.loads(receipt.message.body)["detail"]
            if self._wants(detail):
                self.invoke(detail)

    def _ended(self, detail: Detail, failures: int, _response: object, ok: bool) -> None:  # noqa: FBT001 - Ended's form
        if not ok and failures < len(RETRIES_AFTER_S):
            self._stage.clock.after(RETRIES_AFTER_S[failures], lambda: self.invoke(detail, failures + 1))
