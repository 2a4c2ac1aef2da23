"""Ballast settles in front of the fleet, the event comes at the time that it says, and some minutes pass."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from simulator.clock import EPOCH
from simulator.delivery.execution import current
from simulator.delivery.template import RuleSpec
from simulator.event.fleet import build_fleet, let_happen, set_state
from simulator.event.home import Home
from simulator.event.named import named_in
from simulator.eventbridge import matches
from simulator.stage import Scenario, Stage
from simulator.world.core.errors import AwsError

SETTLED_MINUTES = 5.0
MINUTES = 14.0  # after the event: longer than a message may come again before it is a dead letter
JUST_BEFORE_S = 0.2
YEARS = range(2000, 2100)  # of a time that the virtual clock can show
READS = ("Describe", "Get", "List")
KIND = "detail-type"
SWEEPS = ("Scheduled Event", "Ballast Cluster Sweep")


@dataclass(frozen=True, slots=True)
class Action:
    """One call that changes the fleet; `outcome` is "ok" or the error code."""

    at_s: float
    function: str
    service: str
    operation: str
    params: Mapping[str, Any]
    outcome: str


class Played:
    """A context manager, as the stage that it plays on."""

    def __init__(self, event: dict[str, Any], seed: int, home: Home | None = None) -> None:
        """`home` is where the stack stands; None: where the event looks as if it came from there."""
        self.event = event
        self.home = home or Home.of(event)
        self.named = named_in(event)
        self.actions: list[Action] = []
        self.functions: list[str] = []
        scenario = Scenario("event", "One event", SETTLED_MINUTES + MINUTES, self._build)
        self.at_s = SETTLED_MINUTES * 60
        self.stage = Stage(scenario, seed, epoch=_time_of(event) - timedelta(seconds=self.at_s))

    def __enter__(self) -> Self:
        self.stage.__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stage.__exit__(*problem)

    def play(self) -> None:
        self.stage.play()

    @property
    def rules(self) -> list[RuleSpec]:
        """Those that the event sets off: by its pattern, or the schedule that sends it."""
        rules = [rule for rule in self.stage.deployment.stack.rules if rule.queues]
        return [rule for rule in rules if self._sets_off(rule)]

    def _build(self, stage: Stage) -> None:
        build_fleet(stage.world, self.named, self.event)
        clock = stage.clock
        clock.at(self.at_s - JUST_BEFORE_S, self._prepare)
        clock.at(self.at_s, self._send)

    def _prepare(self) -> None:
        self.stage.world.quiet = True
        if self.home.has_sent(self.event):
            set_state(self.stage.world, self.named, self.event)

    def _send(self) -> None:
        deployment = self.stage.deployment
        self.stage.world.quiet = False
        door = deployment.front_door
        self._world, door.world = door.world, self._watched
        for function in deployment.functions.values():
            function.watchers.append(self._invoked)
        if self.home.has_sent(self.event):
            let_happen(self.stage.world, self.event)
        deployment.bus.put(self.event, seen_as=self.home.seen(self.event))
        for rule in self.rules:
            if rule.pattern is None:  # a schedule's event goes to its targets without the bus
                for queue in rule.queues:
                    deployment.queues[queue].send(json.dumps(self.event))

    def _sets_off(self, rule: RuleSpec) -> bool:
        if rule.pattern is not None:
            return matches(rule.pattern, self.home.seen(self.event))
        resources = self.event.get("resources")
        arns = resources if isinstance(resources, list) else []
        scheduled = self.event.get("source") == "aws.events"
        return scheduled and any(isinstance(arn, str) and arn.endswith(f"-{rule.name}") for arn in arns)

    def _watched(self, service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        running = current()
        outcome = "ok"
        try:
            return self._world(service, operation, params)
        except AwsError as error:
            outcome = error.code
            raise
        finally:
            if running is not None and not operation.startswith(READS):
                self.actions.append(
                    Action(self.stage.clock.now_s, running.function, service, operation, params, outcome)
                )

    def _invoked(self, function: str, batch: Mapping[str, Any]) -> None:
        """Every minute's sweeps run anyway; the others are of this event, or of what came of it."""
        if function in self.functions:
            return
        for record in batch["Records"]:
            body = json.loads(record["body"])
            swept = not isinstance(body, dict) or KIND not in body or body[KIND] in SWEEPS
            if not swept or body == self.event:
                self.functions.append(function)
                return


def _time_of(event: Mapping[str, Any]) -> datetime:
    """The event's own time, so that it is as new as it says; the clock's usual start when it says none."""
    try:
        moment = datetime.fromisoformat(str(event.get("time")))
    except ValueError:
        return EPOCH
    if moment.year not in YEARS:
        return EPOCH
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
