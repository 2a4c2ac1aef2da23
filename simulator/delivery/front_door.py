"""What happens to one AWS call? It takes time, may be refused, throttled and retried, and may be its environment's last.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html (standard mode)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.clock import Clock
from simulator.delivery.execution import Execution, current
from simulator.delivery.faults import Dice
from simulator.delivery.passive import PassiveServices
from simulator.delivery.records import Call
from simulator.delivery.tables import Tables
from simulator.delivery.throttling import CODES, RateLimits, refusal
from simulator.world.core.errors import AwsError

WORLD_SERVICES = frozenset({"ecs", "ec2", "autoscaling", "ssm", "cloudwatch", "arc-zonal-shift", "pricing"})
LATENCY_S = {"dynamodb": (0.005, 0.010)}
OTHER_LATENCY_S = (0.020, 0.080)
MOST_BACKOFF_S = 20.0
SERVER_ERROR = 500
RETRIED = frozenset({code for code, _, _ in CODES.values()} | {"TooManyRequestsException"})

type WorldHandle = Callable[[str, str, Mapping[str, Any]], dict[str, Any]]
type Refuse = Callable[[str, str, Mapping[str, Any]], None]
type Allow = Callable[[str | None, str, str, Mapping[str, Any]], None]


@dataclass(slots=True)
class FrontDoor:
    """Answers every AWS call of every handler."""

    clock: Clock
    dice: Dice
    world: WorldHandle
    tables: Tables
    passive: PassiveServices
    limits: RateLimits
    allow: Allow  # raises when the function's role does not
    refuse: Refuse  # raises for calls that the scenario has refused; the world's own services ask by themselves
    calls: list[Call] = field(default_factory=list)
    aws_calls: Counter[str] = field(default_factory=Counter)
    handler_calls: int = 0  # attempts made inside invocations that a kill point counts

    def call(self, service: str, operation: str, params: Mapping[str, Any], attempts: int) -> dict[str, Any]:
        """Answer with retries as the SDK's standard mode makes them; AwsError after the last one."""
        execution = current()
        for attempt in range(1, attempts + 1):
            try:
                return self._attempt(execution, service, operation, params)
            except AwsError as error:
                retries = error.code in RETRIED or error.status >= SERVER_ERROR
                if not retries or attempt == attempts or execution is None:
                    raise
                longest_s = min(2.0 ** (attempt - 1), MOST_BACKOFF_S)
                execution.sleep(self.dice.rng.uniform(0, longest_s))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _attempt(
        self, execution: Execution | None, service: str, operation: str, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        if execution is None:
            return self._effect(None, service, operation, params)
        dies = self._fate(execution)
        if dies == "before":
            execution.die()
        there_s, back_s = self._latency_s(service)
        execution.sleep(there_s)
        try:
            return self._effect(execution, service, operation, params)
        finally:
            if dies == "after":
                execution.die()
            execution.sleep(back_s)

    def _fate(self, execution: Execution) -> str | None:
        """Whether the environment dies at this call, and on which side of its effect."""
        point = self.dice.faults.kill_at
        if point is not None:
            if point.function in {None, execution.function}:
                self.handler_calls += 1
                if self.handler_calls == point.call:
                    return point.when
        elif self.dice.hits(self.dice.faults.killed_call):
            return self.dice.rng.choice(["before", "after"])
        return None

    def _latency_s(self, service: str) -> tuple[float, float]:
        whole_s = self.dice.between(LATENCY_S.get(service, OTHER_LATENCY_S))
        if self.dice.hits(self.dice.faults.slow_call):
            whole_s += self.dice.between(self.dice.faults.slow_call_s)
        there = self.dice.rng.uniform(0.2, 0.8)
        return whole_s * there, whole_s * (1 - there)

    def _effect(
        self, execution: Execution | None, service: str, operation: str, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        self.aws_calls[f"{service}:{operation}"] += 1
        outcome = "ok"
        try:
            self.allow(execution.function if execution else None, service, operation, params)
            if service not in WORLD_SERVICES:
                self.refuse(service, operation, params)
            if service == "dynamodb":
                return self.tables.handle(operation, params)
            if service not in WORLD_SERVICES:
                return self.passive.handle(service, operation, params)
            if self.dice.faults.enforces_rate_buckets:
                self.limits.check(service, operation, params)
            if self.dice.hits(self.dice.faults.throttled_call):
                raise refusal(service)
            return self._world(service, operation, params)
        except AwsError as error:
            outcome = error.code
            raise
        finally:
            self.calls.append(
                Call(
                    at_s=self.clock.now_s,
                    function=execution.function if execution else None,
                    invocation=execution.invocation if execution else None,
                    service=service,
                    operation=operation,
                    outcome=outcome,
                )
            )

    def _world(self, service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        refuses = operation == "UpdateContainerInstancesState" and self.dice.hits(self.dice.faults.refused_instance)
        if not refuses:
            return self.world(service, operation, params)
        asked = list(params["containerInstances"])
        refused = asked.pop(self.dice.rng.randrange(len(asked)))
        answer: dict[str, Any] = {"containerInstances": [], "failures": []}
        if asked:
            answer = self.world(service, operation, {**params, "containerInstances": asked})
        failure = {"arn": refused, "reason": "INTERNAL", "detail": "Simulated; try again."}
        return {**answer, "failures": [*answer.get("failures", []), failure]}
