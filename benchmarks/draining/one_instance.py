"""What does one instance cost? A Spot warning, and a scale-in with a task that stops slowly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.draining.contenders import BALLAST, CONTENDERS
from benchmarks.draining.measuring import ToDraining, aws_calls, to_draining
from simulator.stage import MANAGED, Scenario, Stage
from simulator.world import Hook

FIRST_S, SECOND_S = 140.0, 200.0  # the second while the first still has time, and has drained
SWEEPS_EVERY_S = 60.0
LONGEST_S = 28.0  # before the next sweep
HOOK = Hook("drain", "ABANDON", 900)  # as ecs-cid-sample's; Ballast puts its own
SCALE_IN_MINUTES = 3.0
CAPACITY_SERVICES = frozenset({"ecs", "ec2", "autoscaling"})


@dataclass(frozen=True, slots=True)
class ScaleIn:
    """Seconds that the hook held the instance, how it ended, and tasks that were killed while they were stopping."""

    held_s: float
    timed_out: bool
    tasks_cut_short: int
    calls: int  # ECS, EC2 and Auto Scaling


def warned_twice(contender: str, seed: int) -> tuple[ToDraining, ToDraining]:
    """The first and a later warning; a Lambda function is cold for the first event that it ever gets."""
    with CONTENDERS[contender](_fleet(), seed) as stage:
        first, second = stage.instances("web")[:2]
        return _warn(stage, first, FIRST_S), _warn(stage, second, SECOND_S)


def ballast_when_cold(seed: int, *, registry: bool) -> ToDraining:
    """A warning right after a deployment, before the first sweep; `registry`: an earlier release has swept."""
    with CONTENDERS[BALLAST](_fleet(), seed) as stage:
        stage.play(2)
        items = _registry(stage)
    with CONTENDERS[BALLAST](_fleet(), seed) as stage:
        for item in items if registry else ():
            _tables(stage, "PutItem", Item=item)
        return _warn(stage, stage.instances("web")[0], 0.0)


def scale_in(contender: str, seed: int) -> ScaleIn:
    hooks = () if contender == BALLAST else (HOOK,)
    with CONTENDERS[contender](_fleet(slow_s=(180.0, 200.0), hooks=hooks), seed) as stage:
        leaving = stage.instances("web")[0]
        stage.at(SCALE_IN_MINUTES, lambda: stage.world.scale_in("web", leaving))
        stage.play(SCALE_IN_MINUTES + 20)
        facts = [f for f in stage.world.journal if f.data.get("instance") == leaving]
        ended = next(f for f in facts if f.kind in {"hook_completed", "hook_timed_out"})
        lost = [f for f in facts if f.kind == "task_stopped" and f.data["cause"] == "scale_in"]
        calls = (c for c in stage.deployment.calls if SCALE_IN_MINUTES * 60 <= c.at_s <= ended.at_s)
        return ScaleIn(
            ended.at_s - SCALE_IN_MINUTES * 60,
            ended.kind == "hook_timed_out",
            len(lost),
            aws_calls(calls, CAPACITY_SERVICES),
        )


def _fleet(slow_s: tuple[float, float] = (2.0, 30.0), hooks: tuple[Hook, ...] = ()) -> Scenario:
    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("web", "prod", desired=6, spot=True, capacity_provider="web", hooks=hooks)
        stage.world.add_service("prod", "api", desired=12)
        stage.world.add_service("prod", "slow", desired=6, stop_seconds=slow_s)

    return Scenario("one-instance", "One instance of six is going away", 30, build, realistic_polling=True)


def _warn(stage: Stage, instance_id: str, not_before_s: float) -> ToDraining:
    """Warn between two sweeps, so that only calls about this instance are counted."""
    stage.clock.run_until(not_before_s)
    warned_s = _last_sweep_s(stage, not_before_s) + SWEEPS_EVERY_S / 2
    while warned_s < not_before_s:
        warned_s += SWEEPS_EVERY_S
    stage.clock.at(warned_s, lambda: stage.world.warn_spot(instance_id))
    stage.clock.run_until(warned_s + LONGEST_S)
    return to_draining(stage, instance_id, warned_s)


def _last_sweep_s(stage: Stage, otherwise_s: float) -> float:
    swept = (e.at_s for e in stage.deployment.bus.events if "DrainSweep" in "".join(e.event["resources"]))
    return max(swept, default=otherwise_s - SWEEPS_EVERY_S / 2)


def _registry(stage: Stage) -> list[Mapping[str, object]]:
    items = _tables(stage, "Scan")["Items"]
    return [item for item in items if item["cluster"]["S"].startswith("#")]


def _tables(stage: Stage, operation: str, **params: object) -> dict[str, list[dict[str, dict[str, str]]]]:
    table = stage.deployment.stack.names.physical("Ledger")
    return stage.deployment.front_door.tables.handle(operation, {"TableName": table, **params})
