"""What happens when much happens at once? Warnings over many clusters, hooks of one, a zone, an AWS that refuses reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ballast.drain.triggers import OUR_HOOK
from benchmarks.draining.measuring import THROTTLED, draining_at_s
from benchmarks.scale.fleet import UPDATES_ON, Size, groups, scenario
from benchmarks.scale.measuring import hooked
from simulator.clock import Clock
from simulator.delivery.faults import Dice
from simulator.delivery.records import Outcome
from simulator.delivery.throttling import RateLimits, refusal
from simulator.result import notices
from simulator.scenarios.update import AFTER, ARCH, VARIANT
from simulator.stage import Stage
from simulator.world.acts import SPOT_NOTICE_S
from simulator.world.core.core import Fact

READ = ("Describe", "List")
REFUSING = frozenset({"ecs", "autoscaling"})
LOOKS_EVERY_S = 5
ROLLED_OUT = {
    **UPDATES_ON,
    "UpdateWaves": "10 30 100",
    "UpdateCanaryBakeMinutes": "2",
    "UpdateWaveBakeMinutes": "1",
    "DisruptionBudget": "10%",
}
HOOKS, WARNINGS = 35, 50  # under way while reads are refused


@dataclass(frozen=True, slots=True)
class Outcomes:
    """`to_draining_s`: from the warning, or from the hook that holds, to DRAINING; only of those that ever were.

    `hooks_s`: from the hook to its completion. `page_s`: from the beginning to the first page. `oldest_s`: how long
    an event waited in the queue of drain_instance, the sweeps among them.
    """

    asked: int
    to_draining_s: tuple[float, ...]
    in_time: int
    hooks_s: tuple[float, ...]
    hooks_timed_out: int
    time_outs: int
    dead_letters: int
    oldest_s: float
    most_queued: int
    throttled: int
    unhooked: int
    tasks_interrupted: int
    pages: int
    page_s: float | None
    tickets: int


@dataclass(slots=True)
class Throttling:
    """In front of the rate buckets: refuses a share of the reads of ECS and Auto Scaling within a span of time."""

    limits: RateLimits
    dice: Dice
    clock: Clock
    share: float
    from_s: float
    until_s: float

    def check(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        within = self.from_s <= self.clock.now_s < self.until_s
        if within and service in REFUSING and operation.startswith(READ) and self.dice.hits(self.share):
            raise refusal(service)
        self.limits.check(service, operation, params)


@dataclass(slots=True)
class Queued:
    """Looks at the queue of drain_instance now and then."""

    most: int = 0
    oldest_s: float = 0.0

    def watch(self, stage: Stage) -> None:
        queue, now_s = stage.deployment.queues["DrainEvents"], stage.clock.now_s
        waiting = queue.older_than(0)
        self.most = max(self.most, len(waiting))
        self.oldest_s = max([self.oldest_s, *(now_s - message.sent_s for message in waiting)])
        stage.clock.after(LOOKS_EVERY_S, partial(self.watch, stage))


def spot_storm(size: Size, warned: int, at_minute: float, seed: int) -> Outcomes:
    """All warnings within one second, over all clusters."""

    def happens(stage: Stage) -> None:
        everybody = [instance for group in groups(size) for instance in stage.instances(group)]
        for instance in stage.rng.sample(everybody, warned):
            stage.at(at_minute + stage.rng.random() / 60, partial(stage.world.warn_spot, instance))

    with Stage(scenario(size, at_minute + 5, happens), seed) as stage:
        return _played(stage, size, at_minute * 60)


def hook_storm(size: Size, leaving: int, at_minute: float, seed: int) -> Outcomes:
    """The first group is scaled in by so many at once; half an hour for their tasks."""

    def happens(stage: Stage) -> None:
        desired = size.instances - leaving
        stage.at(at_minute, lambda: stage.world.set_desired(groups(size)[0], desired))

    with Stage(scenario(size, at_minute + 30, happens), seed) as stage:
        return _played(stage, size, at_minute * 60)


def zone_lost(size: Size, at_minute: float, seed: int) -> Outcomes:
    """EC2 terminates one of three zones within half a minute."""

    def happens(stage: Stage) -> None:
        stage.at(at_minute, lambda: stage.world.lose_zone("us-east-1a"))

    with Stage(scenario(size, at_minute + 10, happens), seed) as stage:
        return _played(stage, size, at_minute * 60)


def rolled_out(size: Size, minutes: float, at_minute: float, seed: int) -> Mapping[str, float]:
    """The first two waves after the canary in 10 % of the instances at once: most ECS reads a minute, refused ones, reboots."""

    def happens(stage: Stage) -> None:
        stage.at(at_minute, lambda: stage.world.bottlerocket.releases.publish(VARIANT, ARCH, AFTER))
        stage.at(at_minute + 0.5, stage.check_releases)

    with Stage(scenario(size, at_minute + minutes, happens, ROLLED_OUT), seed) as stage:
        stage.play()
        reads = [c for c in stage.deployment.calls if c.service == "ecs" and c.operation.startswith(READ)]
        a_minute = Counter(int(call.at_s // 60) for call in reads)
        return {
            "most": max(a_minute.values()),
            "throttled": sum(call.outcome in THROTTLED for call in reads),
            "reboots": sum(fact.kind == "os_rebooting" for fact in stage.world.journal),
        }


def throttled(size: Size, share: float, minutes: float, at_minute: float, seed: int) -> Outcomes:
    """35 hooks, the first of them just before the throttling and the last half-way, and 50 Spot warnings all along."""

    def happens(stage: Stage) -> None:
        everybody = [(group, instance) for group in groups(size) for instance in stage.instances(group)]
        chosen = stage.rng.sample(everybody, HOOKS + WARNINGS)
        for number, (group, instance) in enumerate(chosen[:HOOKS]):
            stage.at(at_minute - 0.5 + number / HOOKS * minutes / 2, partial(stage.world.scale_in, group, instance))
        for number, (_, instance) in enumerate(chosen[HOOKS:]):
            stage.at(at_minute + number / WARNINGS * minutes, partial(stage.world.warn_spot, instance))

    with Stage(scenario(size, at_minute + minutes + 20, happens), seed) as stage:
        door, from_s = stage.deployment.front_door, at_minute * 60
        throttle = Throttling(door.limits, door.dice, stage.clock, share, from_s, from_s + minutes * 60)
        door.limits = throttle  # type: ignore[assignment]  # answers `check`, all that the front door asks
        return _played(stage, size, at_minute * 60 - 30)


def _played(stage: Stage, size: Size, from_s: float) -> Outcomes:
    queued = Queued()
    stage.clock.at(from_s, partial(queued.watch, stage))
    stage.play()
    journal, deployment = stage.world.journal, stage.deployment
    asked = {
        f.data["instance"]: f.at_s for f in reversed(journal) if f.kind == "spot_warned" or _ours(f, "hook_waiting")
    }
    warned = {f.data["instance"] for f in journal if f.kind == "spot_warned"}
    drained = draining_at_s(stage)
    took_s = {i: drained[i] - at_s for i, at_s in asked.items() if i in drained}
    told = [n for n in notices(stage) if n["at"] >= from_s]
    pages = [n["at"] - from_s for n in told if n["severity"] == "page"]
    return Outcomes(
        asked=len(asked),
        to_draining_s=tuple(sorted(took_s.values())),
        in_time=sum(took_s.get(i, SPOT_NOTICE_S) < SPOT_NOTICE_S for i in warned),
        hooks_s=tuple(f.at_s - asked[f.data["instance"]] for f in journal if _ours(f, "hook_completed")),
        hooks_timed_out=sum(_ours(f, "hook_timed_out") for f in journal),
        time_outs=sum(i.outcome is Outcome.TIMED_OUT for i in deployment.invocations),
        dead_letters=len(deployment.dead_letters),
        oldest_s=queued.oldest_s,
        most_queued=queued.most,
        throttled=sum(c.outcome in THROTTLED for c in deployment.calls),
        unhooked=size.clusters - hooked(stage, groups(size)),
        tasks_interrupted=sum(f.kind == "task_stopped" and f.data["interrupted"] for f in journal),
        pages=len(pages),
        page_s=min(pages, default=None),
        tickets=sum(n["severity"] == "ticket" for n in told),
    )


def _ours(fact: Fact, kind: str) -> bool:
    return fact.kind == kind and fact.data["hook"] == OUR_HOOK
