"""How do events reach queues? The default event bus with its rules and schedules.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html (at least once, retried for a day)
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from simulator.clock import Clock
from simulator.delivery.faults import Dice
from simulator.delivery.names import Names
from simulator.delivery.records import BusEvent, LostEvent
from simulator.delivery.template import RuleSpec
from simulator.eventbridge import matches

# Assumed, around the half second that is commonly measured; AWS promises none.
LATENCY_S = (0.1, 0.9)


class Bus:
    """`send(queue, body)` puts a message into the queue with that logical id."""

    def __init__(
        self,
        *,
        rules: Sequence[RuleSpec],
        names: Names,
        send: Callable[[str, str], object],
        clock: Clock,
        dice: Dice,
    ) -> None:
        self._rules = rules
        self._names = names
        self._send = send
        self._clock = clock
        self._dice = dice
        self.events: list[BusEvent] = []
        self.lost: list[LostEvent] = []
        self.in_transit = 0
        self.open = True
        self.listeners: list[Callable[[Mapping[str, Any]], None]] = []  # hear of each event once it is put

    def start_schedules(self) -> None:
        for rule in self._rules:
            if rule.every_s is not None and rule.queues:
                # A rate starts when the rule is made, so each rule has a phase of its own.
                phase_s = self._dice.rng.uniform(0, rule.every_s)
                self._clock.after(phase_s, partial(self._tick, rule, rule.every_s))

    def put(self, event: Mapping[str, Any], *, seen_as: Mapping[str, Any] | None = None) -> None:
        """Take a whole event and deliver it to the queues of every rule that matches it, or what it is `seen_as`."""
        if not self.open:
            return
        self.events.append(BusEvent(self._clock.now_s, event))
        for rule in self._rules:
            if rule.pattern is not None and rule.queues and matches(rule.pattern, seen_as or event):
                self._deliver(rule, event)
        for listener in self.listeners:
            listener(event)

    def _tick(self, rule: RuleSpec, every_s: float) -> None:
        if not self.open:
            return
        self._clock.after(every_s, lambda: self._tick(rule, every_s))
        event = {
            "version": "0",
            "id": self._dice.uuid(),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": self._names.account,
            "time": self._clock.utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self._names.region,
            "resources": [self._names.arn(rule.name)],
            "detail": {},
        }
        self.events.append(BusEvent(self._clock.now_s, event))
        self._deliver(rule, event)

    def _deliver(self, rule: RuleSpec, event: Mapping[str, Any]) -> None:
        dice, faults = self._dice, self._dice.faults
        if dice.hits(faults.lost_event.get(event["source"], 0.0)):
            self.lost.append(LostEvent(self._clock.now_s, event, rule.name))
            return
        body = json.dumps(event)
        for queue in rule.queues:
            for _ in range(2 if dice.hits(faults.duplicate_event) else 1):
                delay_s = dice.between(LATENCY_S)
                if dice.hits(faults.reordered_event):
                    delay_s += dice.between(faults.reordered_by_s)
                if dice.hits(faults.late_event):
                    delay_s += dice.between(faults.late_by_s)
                self.in_transit += 1
                self._clock.after(delay_s, partial(self._arrive, queue, body))

    def _arrive(self, queue: str, body: str) -> None:
        self.in_transit -= 1
        if self.open:
            self._send(queue, body)
