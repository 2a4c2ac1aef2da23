"""What is read from a run's journal, the same for all."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from benchmarks.updating.fleet import AFTER, INSTANCES, OUT_AT_MINUTES
from simulator.result import below_minimum
from simulator.rollout_result import minutes_out_of_service, moves_per_task
from simulator.stage import Stage

MOST = INSTANCES * 95 // 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hours from the release until 95 % of the fleet, and the last that was patched, came up with it.

    `minutes_out`: instance-minutes between DRAINING and ACTIVE.
    """

    hours_to_most: float
    hours: float
    minutes_out: float
    moves_per_task: float
    violations: int
    standalone_cut_off: int
    unpatched: int


def outcome(stage: Stage, actor: str) -> Outcome:
    journal = stage.world.journal
    booted = [
        (f.at_s - OUT_AT_MINUTES * 60) / 3600 for f in journal if f.kind == "os_booted" and f.data["version"] == AFTER
    ]
    hosts = [stage.world.bottlerocket.require(i) for i in stage.instances("web")]
    return Outcome(
        hours_to_most=booted[MOST - 1] if len(booted) >= MOST else inf,
        hours=booted[-1] if booted else inf,
        minutes_out=minutes_out_of_service(journal, stage.clock.now_s, actor),
        moves_per_task=moves_per_task(stage),
        violations=sum(1 for _ in below_minimum(journal)),
        standalone_cut_off=sum(
            f.kind == "task_stopped"
            and f.data["service"] is None
            and (f.data["cause"] == actor or f.data["interrupted"])
            for f in journal
        ),
        unpatched=sum(host.version != AFTER for host in hosts),
    )
