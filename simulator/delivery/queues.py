"""What does an SQS standard queue do? At-least-once delivery, visibility timeout, redrive, retention.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulator.clock import Clock
from simulator.delivery.faults import Dice
from simulator.delivery.template import QueueSpec

DUPLICATE_AFTER_S = (0.0, 5.0)


@dataclass(slots=True, eq=False)
class Message:
    id: str
    body: str
    attributes: Mapping[str, str]
    sent_s: float
    receive_count: int = 0
    first_received_s: float | None = None
    gone: bool = False  # deleted, redriven or expired


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message as it was received the `number`-th time."""

    message: Message
    number: int


@dataclass(slots=True)
class Queue:
    """`redrive` gets the dead-letter queue and what was received too often; `available` says: there is something."""

    spec: QueueSpec
    clock: Clock
    dice: Dice
    redrive: Callable[[str, Message], None] | None = None
    available: Callable[[], None] | None = None
    expired: list[Message] = field(default_factory=list)
    deleted: int = 0  # by who read them
    _visible: deque[Message] = field(default_factory=deque)
    _live: dict[str, Message] = field(default_factory=dict)

    def __len__(self) -> int:
        """Messages that are neither deleted nor redriven, visible or not."""
        return len(self._live)

    def older_than(self, age_s: float) -> list[Message]:
        """Live messages that were sent more than `age_s` seconds ago."""
        return [message for message in self._live.values() if self.clock.now_s - message.sent_s > age_s]

    @property
    def visible(self) -> int:
        return len(self._visible)

    def send(self, body: str, attributes: Mapping[str, str] | None = None, *, delay_s: float | None = None) -> Message:
        message = Message(self.dice.uuid(), body, dict(attributes or {}), self.clock.now_s)
        self._live[message.id] = message
        delay = self.spec.delay_s if delay_s is None else delay_s
        if delay > 0:
            self.clock.after(delay, lambda: self._show(message))
        else:
            self._show(message)
        return message

    def receive(self, most: int) -> list[Receipt]:
        """Hide up to `most` visible messages for the visibility timeout."""
        received: list[Receipt] = []
        while self._visible and len(received) < most:
            message = self._visible.popleft()
            if message.gone:
                continue
            if self.clock.now_s - message.sent_s > self.spec.retention_s:
                self._remove(message)
                self.expired.append(message)
                continue
            if not self._redriven(message):
                received.append(self._hide(message))
        return received

    def delete(self, receipt: Receipt) -> None:
        self.deleted += (
            1  # "every successful deletion operation that uses a valid receipt handle, including duplicate deletions"
        )
        self._remove(receipt.message)

    def _redriven(self, message: Message) -> bool:
        limit, target = self.spec.max_receive_count, self.spec.dead_letter_queue
        if limit is None or target is None or message.receive_count < limit:
            return False
        self._remove(message)
        if self.redrive is not None:
            self.redrive(target, message)
        return True

    def _hide(self, message: Message) -> Receipt:
        message.receive_count += 1
        if message.first_received_s is None:
            message.first_received_s = self.clock.now_s
        receipt = Receipt(message, message.receive_count)

        def show_again() -> None:
            if receipt.number == message.receive_count:
                self._show(message)

        self.clock.after(self.spec.visibility_timeout_s, show_again)
        if self.dice.hits(self.dice.faults.duplicate_message):
            self.clock.after(self.dice.between(DUPLICATE_AFTER_S), lambda: self._show(message))
        return receipt

    def _show(self, message: Message) -> None:
        if message.gone or message in self._visible:
            return
        self._visible.append(message)
        if self.available is not None:
            self.available()

    def _remove(self, message: Message) -> None:
        message.gone = True
        self._live.pop(message.id, None)
