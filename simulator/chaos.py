"""Random worlds with every fault on: is there a seed that breaks an invariant?"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count

from simulator.chaos_world import chaos_scenario
from simulator.invariants import violations
from simulator.result import ledger_items
from simulator.rollout_result import rollouts_under_way
from simulator.stage import Stage

LONGEST_MINUTES = 600


def play_seed(seed: int) -> list[str]:
    """Play one seed to its quiet end; answer what was broken, in words."""
    warnings.filterwarnings("ignore", message="No application metrics to publish")
    scenario = chaos_scenario(seed)
    with Stage(scenario, seed) as stage:
        stage.play()
        _let_rollouts_end(stage)
        return violations(stage)


def _let_rollouts_end(stage: Stage) -> None:
    """One that waits for an instance gives it up only after hours."""
    minutes = stage.scenario.minutes
    while rollouts_under_way(ledger_items(stage)) and minutes < LONGEST_MINUTES:
        minutes += 30
        stage.play(minutes)


def run_chaos(seeds: range, workers: int | None = None) -> int:
    """Play the seeds; print the first failing one and how to replay it. Answer the exit code."""
    with ProcessPoolExecutor(workers or cpu_count()) as pool:
        for seed, broken in zip(seeds, pool.map(play_seed, seeds, chunksize=1), strict=True):
            if broken:
                pool.shutdown(wait=False, cancel_futures=True)
                print(f"Seed {seed} fails:")
                print("\n".join(f"  {sentence}" for sentence in broken))
                print(f"Replay it: make chaos SEEDS=1 FROM={seed}")
                return 1
    print(f"{_count(seeds)} with every fault on: all invariants hold.")
    return 0


def _count(seeds: Iterable[int]) -> str:
    numbers = list(seeds)
    return f"1 seed ({numbers[0]})" if len(numbers) == 1 else f"{len(numbers)} seeds ({numbers[0]}…{numbers[-1]})"
