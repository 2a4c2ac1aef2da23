"""Print the table: hours, capacity, moves, violations and what is left, for the same fleet and seeds."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from multiprocessing import get_context
from statistics import fmean

from benchmarks.tables import Measure, show
from benchmarks.updating.brupop import Brupop
from benchmarks.updating.ecs_updater import ecs_updater, install
from benchmarks.updating.fleet import BALLAST_BAKES, HOURS, INSTANCES, OUT_AT_MINUTES, PROTECTED_HOURS, scenario
from benchmarks.updating.measuring import Outcome, outcome
from benchmarks.updating.program import start
from simulator.stage import Stage

SEEDS = (1, 2, 3)
OURS, SERIAL = "Ballast", "updater"
OURS_HOURS = 8.0  # its rollout is over by then
FASTER, MOST_MOVES = 8, 1.3
NOTES = (
    f"{INSTANCES} instances, a disruption budget of 10 %; means over the seeds {', '.join(map(str, SEEDS))}.",
    f"Ballast: {BALLAST_BAKES}; 'no bakes': waves without pauses; 'defaults': pauses of 60 and 30.",
    "updater: bottlerocket-ecs-updater 0.2.2, started when the release is out. brupop: bottlerocket-update-operator 1.4.0,",
    "1 or 10 at a time. Both are models written from what their source does, not the programs; no wave holds them back.",
    f"The fleet has 2 standalone tasks, 1 task protected for {PROTECTED_HOURS:.0f} h, 1 host whose first boot falls back.",
    "Played for 48 h, Ballast's side for 8 h. Hours: from the release until instances came up with it; the last ones are",
    "those that something had held. Ballast leaves what it may not move for 12 h. Target: 8 times faster than the updater.",
)


def main() -> int:
    """Answer 1 when a target is missed."""
    contenders = list(CONTENDERS)
    jobs = list(product(contenders, SEEDS))
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(jobs)), mp_context=get_context("spawn")) as pool:
        played = list(pool.map(play, *zip(*jobs, strict=True)))
    found = {name: [o for (who, _), o in zip(jobs, played, strict=True) if who == name] for name in contenders}
    return 0 if show_outcomes(found) else 1


def play(contender: str, seed: int) -> Outcome:
    return CONTENDERS[contender](seed)


def show_outcomes(found: Mapping[str, list[Outcome]]) -> bool:
    most_hours = fmean(o.hours_to_most for o in found[SERIAL]) / FASTER
    measures = [
        _measure("hours to patch 95 % [virtual h]", found, lambda o: o.hours_to_most, most_hours),
        _measure("hours to the last patched [virtual h]", found, lambda o: o.hours),
        _measure("instance-minutes out [virtual min]", found, lambda o: o.minutes_out),
        _measure("moves per task [moves]", found, lambda o: o.moves_per_task, MOST_MOVES),
        _measure("falls below a minimum [times]", found, lambda o: float(o.violations), 0),
        _measure("standalone tasks cut off [tasks]", found, lambda o: float(o.standalone_cut_off), 0),
        _measure("left unpatched [instances]", found, lambda o: float(o.unpatched)),
    ]
    return show(f"{INSTANCES} instances from one release to the next", measures, ours=OURS, notes=NOTES)


def _measure(
    name: str, found: Mapping[str, list[Outcome]], of: Callable[[Outcome], float], most: float | None = None
) -> Measure:
    means = {who: fmean(of(o) for o in outcomes) for who, outcomes in found.items()}
    return Measure(name, means[OURS], {who: mean for who, mean in means.items() if who != OURS}, most)


def _ballast(bakes: Mapping[str, str], seed: int) -> Outcome:
    with Stage(scenario(bakes), seed) as stage:
        stage.play(OURS_HOURS * 60)
        return outcome(stage, "ballast")


def _peer(attach: Callable[[Stage], None], seed: int) -> Outcome:
    """Ballast hears nothing; the peer starts when the release is out."""
    with Stage(scenario({}), seed) as stage:
        stage.deployment.bus.open = False
        stage.at(OUT_AT_MINUTES + 0.1, lambda: attach(stage))
        stage.play(HOURS * 60)
        return outcome(stage, "peer")


def _attach_updater(stage: Stage) -> None:
    install(stage.world)
    start(stage, ecs_updater(stage.world))


def _attach_brupop(concurrency: int, stage: Stage) -> None:
    start(stage, Brupop(stage, concurrency).controller())


CONTENDERS: Mapping[str, Callable[[int], Outcome]] = {
    OURS: partial(_ballast, {"UpdateCanaryBakeMinutes": "5", "UpdateWaveBakeMinutes": "2"}),
    "no bakes": partial(_ballast, {"UpdateCanaryBakeMinutes": "0", "UpdateWaveBakeMinutes": "0"}),
    "defaults": partial(_ballast, {}),
    SERIAL: partial(_peer, _attach_updater),
    "brupop 1": partial(_peer, partial(_attach_brupop, 1)),
    "brupop 10": partial(_peer, partial(_attach_brupop, 10)),
}
