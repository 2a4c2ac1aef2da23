"""Print the tables of draining: one instance, the storm of 200 in 1,000, one scale-in; exit code 1 when a target is missed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from benchmarks.draining.contenders import BALLAST, CONTENDERS, PEERS
from benchmarks.draining.measuring import CONTAINER_SERVICES, Storm, ToDraining, storm
from benchmarks.draining.one_instance import ScaleIn, ballast_when_cold, scale_in, warned_twice
from benchmarks.tables import Measure, show
from simulator.scenarios.spot_storm import SCENARIO
from simulator.stage import Scenario

SEED = 7
STORM_MINUTES = 6.0  # warnings in minute 3, the last instance gone in minute 5
MOST_CALLS = 3
MOST_SECONDS = 15
MODELS = (
    "EDL: getsocial-rnd/ecs-drain-lambda; 'repaired': finds the instance by a filter (our change), as published it looks at",
    "the first 100 container instances only. CID: aws-samples/ecs-cid-sample. NTH: aws-node-termination-handler, ten workers,",
    "its Kubernetes drain carried over to ECS. These are models written from what their source does, not the programs;",
    "all meet the same world, rate buckets, latencies and SDK retries. '-': it never happened, or nothing to divide.",
)


def main() -> int:
    met = [_one_instance(), _storms(), _scale_ins()]
    return 0 if all(met) else 1


def play_storm(contender: str, scenario: Scenario = SCENARIO, minutes: float = STORM_MINUTES) -> Storm:
    with CONTENDERS[contender](scenario, SEED) as stage:
        stage.play(minutes)
        return storm(stage)


def _one_instance() -> bool:
    warned = {name: warned_twice(name, SEED) for name in CONTENDERS}
    warm = {name: later for name, (_, later) in warned.items()}
    cold = {name: first for name, (first, _) in warned.items()} | {BALLAST: ballast_when_cold(SEED, registry=True)}
    new = ballast_when_cold(SEED, registry=False)
    calls, other, seconds = (lambda x: x.ecs_ec2_calls), (lambda x: x.other_calls), (lambda x: x.seconds)
    measures = [
        _measure("ECS + EC2 calls, cold start [calls]", cold, calls, MOST_CALLS),
        _measure("ECS + EC2 calls, warm [calls]", warm, calls, MOST_CALLS),
        Measure("ECS + EC2 calls, new stack before its first sweep [calls]", new.ecs_ec2_calls),
        _measure("other AWS calls, cold start [calls]", cold, other),
        _measure("other AWS calls, warm [calls]", warm, other),
        _measure("Spot warning to DRAINING, cold start [virtual s]", cold, seconds, MOST_SECONDS),
        _measure("Spot warning to DRAINING, warm [virtual s]", warm, seconds, MOST_SECONDS),
    ]
    return show("One instance of six: from its Spot warning to DRAINING", measures, ours=BALLAST, notes=MODELS)


def _storms() -> bool:
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(CONTENDERS)), mp_context=get_context("spawn")) as pool:
        storms = dict(zip(CONTENDERS, pool.map(play_storm, CONTENDERS), strict=True))
    return show_storms(storms)


def show_storms(storms: Mapping[str, Storm]) -> bool:
    ours = storms[BALLAST]
    lacking = Measure(
        "instances not DRAINING in their two minutes [instances]",
        ours.warned - len(ours.after_own_warning_s),
        {p: storms[p].warned - len(storms[p].after_own_warning_s) for p in PEERS},
        0,
    )
    measures = [
        _measure("own warning to DRAINING, the last [virtual s]", storms, lambda s: s.last_s, MOST_SECONDS),
        _measure("own warning to DRAINING, the median [virtual s]", storms, lambda s: s.median_s),
        _measure("first warning to the last DRAINING [virtual s]", storms, lambda s: s.after_first_warning_s),
        lacking,
        _measure("tasks interrupted [tasks]", storms, lambda s: s.tasks_interrupted),
        _measure("times a service fell below its minimum [times]", storms, lambda s: s.minimum_violations),
        _measure("throttled attempts [calls]", storms, lambda s: s.throttled),
        _measure("ECS + EC2 calls [calls]", storms, lambda s: s.ecs_ec2_calls),
        _measure("other AWS calls [calls]", storms, lambda s: s.calls.total() - s.ecs_ec2_calls),
    ]
    operations = sorted({o for s in storms.values() for o in s.calls if o.startswith(CONTAINER_SERVICES)})
    measures += [_measure(f"{o} [calls]", storms, partial(_calls_of, o)) for o in operations]
    notes = (
        *MODELS,
        f"Calls: from the first warning to virtual minute {STORM_MINUTES:.0f}, Ballast's sweeps and messages included.",
    )
    return show("Spot storm: 200 of 1,000 instances warned within a minute", measures, ours=BALLAST, notes=notes)


def _scale_ins() -> bool:
    ends = {name: scale_in(name, SEED) for name in CONTENDERS}
    measures = [
        _measure("tasks killed while they were stopping [tasks]", ends, lambda e: e.tasks_cut_short, 0),
        _measure("held by the lifecycle hook [virtual s]", ends, lambda e: e.held_s),
        _measure("hooks left to time out [hooks]", ends, lambda e: e.timed_out, 0),
        _measure("ECS, EC2 and Auto Scaling calls [calls]", ends, lambda e: e.calls),
    ]
    return show("Scale-in of one instance whose tasks take three minutes to stop", measures, ours=BALLAST, notes=MODELS)


def _calls_of(operation: str, found: Storm) -> float:
    return found.calls[operation]


def _measure[T: (ToDraining, Storm, ScaleIn)](
    name: str, found: Mapping[str, T], of: Callable[[T], float | None], most: float | None = None
) -> Measure:
    return Measure(name, of(found[BALLAST]), {peer: of(found[peer]) for peer in PEERS}, most)
