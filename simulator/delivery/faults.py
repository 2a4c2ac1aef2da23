"""What goes wrong between AWS and Ballast, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal
from uuid import UUID

# Services that send on a best-effort basis; the rest is durable, which means retried until it arrives:
# https://docs.aws.amazon.com/eventbridge/latest/ref/event-delivery-level.html
BEST_EFFORT_SOURCES = frozenset({"aws.ec2", "aws.autoscaling"})


@dataclass(frozen=True, slots=True)
class KillPoint:
    """End the invocation at the n-th AWS call that handlers make, counted from 1 over the whole run."""

    call: int
    when: Literal["before", "after"]  # its effect
    function: str | None = None  # logical id: count only this function's calls


@dataclass(frozen=True, slots=True)
class Faults:
    """Probabilities are 0..1; an event's are per event and rule, a call's per attempt."""

    duplicate_event: float = 0.0
    late_event: float = 0.0
    late_by_s: tuple[float, float] = (60.0, 600.0)
    reordered_event: float = 0.0
    reordered_by_s: tuple[float, float] = (1.0, 20.0)
    lost_event: Mapping[str, float] = field(default_factory=dict)  # by event source
    duplicate_message: float = 0.0  # SQS delivers a message again while it is in flight
    throttled_call: float = 0.0  # refused although its bucket has tokens
    refused_instance: float = 0.0  # per UpdateContainerInstancesState: one failures[] entry
    killed_call: float = 0.0  # the environment dies before or after the call's effect
    kill_at: KillPoint | None = None
    slow_call: float = 0.0
    slow_call_s: tuple[float, float] = (1.0, 8.0)
    slack_error: float = 0.0  # HTTP 503 or a timeout, per request
    slack_outages_s: tuple[tuple[float, float], ...] = ()  # from, until
    enforces_rate_buckets: bool = True  # AWS's documented buckets are no fault, but may be off


NO_FAULTS = Faults()
ALL_FAULTS = Faults(
    duplicate_event=0.05,
    late_event=0.03,
    reordered_event=0.1,
    lost_event=dict.fromkeys(sorted(BEST_EFFORT_SOURCES), 0.05),
    duplicate_message=0.03,
    throttled_call=0.03,
    refused_instance=0.05,
    killed_call=0.004,
    slow_call=0.02,
    slack_error=0.05,
    slack_outages_s=((600.0, 1200.0),),
)


class Dice:
    """The one source of chance in the delivery half; `faults` may be replaced while the clock runs."""

    def __init__(self, rng: Random, faults: Faults) -> None:
        self.rng = rng
        self.faults = faults

    def hits(self, probability: float) -> bool:
        return probability > 0.0 and self.rng.random() < probability

    def between(self, bounds: tuple[float, float]) -> float:
        return self.rng.uniform(*bounds)

    def uuid(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))
