"""What is read from a run's logs? Times in virtual seconds, calls as attempts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from ballast.drain.triggers import OUR_HOOK
from simulator.delivery.records import Call, Invocation, Outcome
from simulator.stage import Stage

READS = ("Describe", "Get", "List", "Query", "Scan", "BatchGet")
OTHERS = ("RebalanceCapacity", "PublishNotification", "WatchBottlerocket")
HOURLY = "WatchBottlerocket"  # the one function whose schedule is not a minute


@dataclass(frozen=True, slots=True)
class Durations:
    """Of the invocations of one function that have ended; None where there was none."""

    median_s: float | None
    longest_s: float | None
    timed_out: int
    failed: int = 0  # raised


@dataclass(frozen=True, slots=True)
class Steady:
    """`reads`: attempts a minute by `service:Operation`; `busiest`: those of ECS in the busiest minute; `others` by function."""

    drain: Durations
    update: Durations
    reads: Mapping[str, float]
    groups: int
    hooked: int
    busiest: int = 0
    others: Mapping[str, Durations] = field(default_factory=dict)

    @property
    def broken(self) -> int:
        """Runs of any function that timed out or failed."""
        return sum(each.timed_out + each.failed for each in (self.drain, self.update, *self.others.values()))

    def reads_of(self, service: str) -> float:
        return sum(n for operation, n in self.reads.items() if operation.startswith(f"{service}:"))


def durations(invocations: Iterable[Invocation], function: str) -> Durations:
    ended = [i for i in invocations if i.function == function and i.ended_s is not None]
    seconds = [i.ended_s - i.started_s for i in ended if i.ended_s is not None]
    return Durations(
        median(seconds) if seconds else None,
        max(seconds, default=None),
        sum(i.outcome is Outcome.TIMED_OUT for i in ended),
        sum(i.outcome is Outcome.ERROR for i in ended),
    )


def reads_a_minute(calls: Iterable[Call], hourly_runs: int, from_s: float, until_s: float) -> Mapping[str, float]:
    """Of the functions that run every minute within the span, and a sixtieth of one run of the hourly one."""
    reads: defaultdict[str, float] = defaultdict(float)
    for call in calls:
        if not call.operation.startswith(READS) or call.function is None:
            continue
        operation = f"{call.service}:{call.operation}"
        if call.function == HOURLY:
            reads[operation] += 1 / 60 / max(1, hourly_runs)
        elif from_s <= call.at_s < until_s:
            reads[operation] += 60 / (until_s - from_s)
    return reads


def busiest_minute(calls: Iterable[Call], from_s: float, until_s: float) -> int:
    """How many reads of ECS are tried in the busiest minute of the span."""
    reads = [c for c in calls if c.service == "ecs" and c.operation.startswith(READS) and from_s <= c.at_s < until_s]
    return max(Counter(int(call.at_s // 60) for call in reads).values(), default=0)


def hooked(stage: Stage, groups: Iterable[str]) -> int:
    """How many of the groups have our hook."""
    return sum(OUR_HOOK in stage.world.groups.groups[name].hooks for name in groups)


def steady(stage: Stage, groups: Sequence[str], from_s: float, until_s: float) -> Steady:
    deployment = stage.deployment
    hourly_runs = sum(i.function == HOURLY for i in deployment.invocations)
    return Steady(
        durations(deployment.invocations, "DrainInstance"),
        durations(deployment.invocations, "UpdateBottlerocket"),
        reads_a_minute(deployment.calls, hourly_runs, from_s, until_s),
        len(groups),
        hooked(stage, groups),
        busiest_minute(deployment.calls, from_s, until_s),
        {name: durations(deployment.invocations, name) for name in OTHERS},
    )
