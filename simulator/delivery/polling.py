"""How does Lambda read a queue? Pollers that gather batches, a cap on concurrency, partial batch failures.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html (five pollers to start with; where no maximum concurrency
bounds them and "messages are still available, Lambda increases the number of processes that are reading batches by up to 300
more concurrent invocations per minute", to 1,250)
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html (what the response means)
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html ("when using a batch window and your queue contains very low
traffic, Lambda might wait for up to 20 seconds before invoking your function. This is true even if you set a batch window
lower than 20 seconds.")
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import md5
from typing import Any

from simulator.clock import Clock, Timer
from simulator.delivery.faults import Dice
from simulator.delivery.functions import Function
from simulator.delivery.queues import Queue, Receipt
from simulator.delivery.template import SourceSpec

FIRST_POLLERS, MOST_POLLERS = 5, 1250
MORE_AFTER_S = 60 / 300  # one poller more where all are busy and something waits
MOST_PER_RECEIVE = 10
POLL_LATENCY_S = (0.005, 0.05)
LONGEST_WAIT_S = 20.0  # of a batch of a quiet queue
LOW_TRAFFIC = 10  # messages in that time; assumed, AWS gives no number


@dataclass(slots=True, eq=False)
class Poller:
    """Gathers one batch, or waits for its invocation to end."""

    batch: list[Receipt] = field(default_factory=list)
    window: Timer | None = None
    busy: bool = False


class EventSource:
    """Connects a queue to a function. `waits_when_quiet`: with any window a quiet queue may wait for 20 seconds."""

    def __init__(
        self,
        *,
        spec: SourceSpec,
        queue: Queue,
        queue_arn: str,
        function: Function,
        clock: Clock,
        dice: Dice,
        waits_when_quiet: bool = True,
    ) -> None:
        self._waits_when_quiet = waits_when_quiet
        self._received_s: deque[float] = deque()  # when the latest messages were read
        self._spec = spec
        self._queue = queue
        self._queue_arn = queue_arn
        self._function = function
        self._clock = clock
        self._dice = dice
        self._pollers = [Poller() for _ in range(min(FIRST_POLLERS, spec.max_concurrency or FIRST_POLLERS))]
        self._poll_is_due = False
        self._grows = False
        self._enabled = True
        queue.available = self._schedule_poll

    @property
    def name(self) -> str:
        """Logical id of the mapping."""
        return self._spec.name

    def switch(self, *, on: bool) -> None:
        """Off, it reads nothing more; what it has read already is still handed over, and the queue keeps the rest.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
        """
        self._enabled = on
        self._schedule_poll()

    def _schedule_poll(self) -> None:
        if self._enabled and not self._poll_is_due:
            self._poll_is_due = True
            self._clock.after(self._dice.between(POLL_LATENCY_S), self._poll)

    def _poll(self) -> None:
        self._poll_is_due = False
        while self._enabled and self._queue.visible:
            free = [poller for poller in self._pollers if not poller.busy]
            if not free:
                self._grow()
                return  # the next invocation to end polls again
            poller = self._dice.rng.choice(free)
            room = self._spec.batch_size - len(poller.batch)
            received = self._queue.receive(min(MOST_PER_RECEIVE, room))
            self._received_s.extend([self._clock.now_s] * len(received))
            poller.batch += received
            if len(poller.batch) >= self._spec.batch_size:
                self._invoke(poller)
            elif poller.batch and poller.window is None:
                poller.window = self._clock.after(self._window_s(), partial(self._invoke, poller))

    def _grow(self) -> None:
        if self._spec.max_concurrency is None and not self._grows and len(self._pollers) < MOST_POLLERS:
            self._grows = True
            self._clock.after(MORE_AFTER_S, self._grown)

    def _grown(self) -> None:
        self._grows = False
        if all(poller.busy for poller in self._pollers):
            self._pollers.append(Poller())
            self._schedule_poll()

    def _window_s(self) -> float:
        """How long a batch that is not full waits for more."""
        since_s = self._clock.now_s - LONGEST_WAIT_S
        while self._received_s and self._received_s[0] < since_s:
            self._received_s.popleft()
        window_s = self._spec.window_s
        if not self._waits_when_quiet or window_s <= 0 or len(self._received_s) >= LOW_TRAFFIC:
            return window_s
        return self._dice.between((window_s, max(window_s, LONGEST_WAIT_S)))

    def _invoke(self, poller: Poller) -> None:
        if poller.window is not None:
            poller.window.cancel()
            poller.window = None
        batch, poller.batch, poller.busy = poller.batch, [], True
        event = {"Records": [_record(receipt, self._queue_arn, self._clock) for receipt in batch]}
        self._function.invoke(event, lambda response, ok: self._ended(poller, batch, response, ok=ok))

    def _ended(self, poller: Poller, batch: list[Receipt], response: Any, *, ok: bool) -> None:
        poller.busy = False
        failed = _failed(batch, response, reports=self._spec.reports_item_failures) if ok else None
        if failed is not None:
            for receipt in batch:
                if receipt.message.id not in failed:
                    self._queue.delete(receipt)
        self._schedule_poll()


def _failed(batch: list[Receipt], response: Any, *, reports: bool) -> set[str] | None:
    """Ids of the messages that stay in the queue; None when the response fails the whole batch."""
    if not reports or not response or not response.get("batchItemFailures"):
        return set()
    try:
        failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
    except (KeyError, TypeError):
        return None
    return failed if failed <= {receipt.message.id for receipt in batch} else None


def _record(receipt: Receipt, queue_arn: str, clock: Clock) -> Mapping[str, Any]:
    message = receipt.message
    epoch_s = clock.epoch.timestamp()
    first_s = message.sent_s if message.first_received_s is None else message.first_received_s
    return {
        "messageId": message.id,
        "receiptHandle": f"{message.id}#{receipt.number}",
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(receipt.number),
            "SentTimestamp": str(round((epoch_s + message.sent_s) * 1000)),
            "SenderId": "AIDAIT2UOQQY3AUEKVGXU",
            "ApproximateFirstReceiveTimestamp": str(round((epoch_s + first_s) * 1000)),
        },
        "messageAttributes": {
            name: {"dataType": "String", "stringValue": value} for name, value in message.attributes.items()
        },
        "md5OfBody": md5(message.body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": queue_arn.split(":")[3],
    }
