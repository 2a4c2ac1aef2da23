"""What is read from a run's journal and call log? Times in virtual seconds, calls as attempts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from simulator.delivery.records import Call
from simulator.delivery.throttling import CODES
from simulator.result import below_minimum
from simulator.stage import Stage
from simulator.world.acts import SPOT_NOTICE_S

NOT_ON_THE_WAY = "PublishNotification"  # tells people; nothing waits for it
CONTAINER_SERVICES = ("ecs:", "ec2:")
THROTTLED = frozenset(code for code, _, _ in CODES.values())


@dataclass(frozen=True, slots=True)
class ToDraining:
    """One instance, from the act that dooms it until it is DRAINING; None: it never was."""

    seconds: float | None
    ecs_ec2_calls: int | None
    other_calls: int | None


@dataclass(frozen=True, slots=True)
class Storm:
    """`after_own_warning_s` holds only instances that were DRAINING before their two minutes were over."""

    warned: int
    after_own_warning_s: tuple[float, ...]
    after_first_warning_s: float | None
    tasks_interrupted: int
    minimum_violations: int
    calls: Counter[str]
    throttled: int

    @property
    def ecs_ec2_calls(self) -> int:
        return sum(n for operation, n in self.calls.items() if operation.startswith(CONTAINER_SERVICES))

    @property
    def lost(self) -> int:
        """How many were not DRAINING before their own two minutes were over."""
        return self.warned - len(self.after_own_warning_s)


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The nearest-rank percentile: the smallest value that `percent` of all do not exceed; None without values."""
    if not values:
        return None
    return sorted(values)[max(0, ceil(len(values) * percent / 100) - 1)]


def draining_at_s(stage: Stage) -> dict[str, float]:
    """When each instance was DRAINING for the first time, by EC2 id."""
    changes = (f for f in reversed(stage.world.journal) if f.kind == "container_instance_status")
    return {f.data["instance"]: f.at_s for f in changes if f.data["new"] == "DRAINING"}


def to_draining(stage: Stage, instance_id: str, since_s: float) -> ToDraining:
    """Every call that anybody but the notifying function makes counts, in the order in which calls took effect."""
    at_s = draining_at_s(stage).get(instance_id)
    if at_s is None:
        return ToDraining(None, None, None)
    calls = [c for c in stage.deployment.calls if since_s <= c.at_s <= at_s and c.function != NOT_ON_THE_WAY]
    ours = sum(c.service in {"ecs", "ec2"} for c in calls)
    return ToDraining(at_s - since_s, ours, len(calls) - ours)


def storm(stage: Stage) -> Storm:
    """Calls count from the first warning to the end of the run."""
    warned = {f.data["instance"]: f.at_s for f in stage.world.journal if f.kind == "spot_warned"}
    drained = draining_at_s(stage)
    in_time = {i: drained[i] for i, at_s in warned.items() if drained.get(i, float("inf")) < at_s + SPOT_NOTICE_S}
    first_s = min(warned.values())
    calls = [c for c in stage.deployment.calls if c.at_s >= first_s]
    return Storm(
        warned=len(warned),
        after_own_warning_s=tuple(sorted(at_s - warned[i] for i, at_s in in_time.items())),
        after_first_warning_s=max(in_time.values()) - first_s if in_time else None,
        tasks_interrupted=sum(f.kind == "task_stopped" and f.data["interrupted"] for f in stage.world.journal),
        minimum_violations=sum(1 for _ in below_minimum(stage.world.journal)),
        calls=Counter(f"{c.service}:{c.operation}" for c in calls),
        throttled=sum(c.outcome in THROTTLED for c in calls),
    )


def aws_calls(calls: Iterable[Call], services: frozenset[str]) -> int:
    return sum(c.service in services for c in calls)
