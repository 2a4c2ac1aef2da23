"""Play seeds, say what each drew, and stop at the first that breaks an invariant."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from os import cpu_count

from simulator.chaos.draw import ACT, drawn_by
from simulator.chaos.dynamics import DYNAMICS
from simulator.chaos.hostile import with_attacker
from simulator.chaos.world import chaos_scenario
from simulator.invariants import violations
from simulator.invariants.delivery import no_page_late
from simulator.result import ledger_items
from simulator.rollout_result import rollouts_under_way
from simulator.stage import Stage

LONGEST_MINUTES = 600
SETTLES_MINUTES = 10  # what has just come to its end is given back and told


@dataclass(frozen=True, slots=True)
class Outcome:
    """`acts`: what happened to the world, with its minute; `broken`: in words."""

    seed: int
    drawn: list[str]
    acts: list[str]
    broken: list[str]


def play_seed(seed: int) -> list[str]:
    """Play one seed to its quiet end; answer what was broken, in words."""
    return play_outcome(seed).broken


def play_outcome(seed: int, *, everything: bool = False, hostile: bool = False) -> Outcome:
    """`everything`: with the dynamics and invariants that are switched off for the time being; `hostile`: attacked."""
    warnings.filterwarnings("ignore", message="No application metrics to publish")
    drawn = drawn_by(DYNAMICS, seed, everything=everything)
    scenario = with_attacker(chaos_scenario(seed, drawn)) if hostile else chaos_scenario(seed, drawn)
    with Stage(scenario, seed) as stage:
        play_to_the_end(stage)
        acts = [f"{f.at_s / 60:5.1f} min  {f.data['act']} {f.data['on']}" for f in stage.world.journal if f.kind == ACT]
        late = [f"no_page_late: {sentence}" for sentence in no_page_late(stage)] if hostile else []
        broken = [*violations(stage, everything=everything), *late]
        return Outcome(seed, [dynamic.name for dynamic in drawn], acts, broken)


def play_to_the_end(stage: Stage) -> None:
    """Until no rollout and no instance refresh goes on, whose drains begin late.

    A rollout that waits for an instance gives it up only after hours; a refresh that replaces root volumes takes one
    instance after the other, and each has the whole deadline of a drain.
    """
    stage.play()
    minutes = stage.scenario.minutes
    while _goes_on(stage) and minutes < LONGEST_MINUTES:
        minutes += 30
        stage.play(minutes)
        if not _goes_on(stage):
            minutes += SETTLES_MINUTES  # in which an instance that was left out may be found, and another rollout begin
            stage.play(minutes)


def _goes_on(stage: Stage) -> bool:
    refreshes = (refresh for some in stage.world.refreshes.of.values() for refresh in some)
    return bool(rollouts_under_way(ledger_items(stage))) or any(refresh.going_on for refresh in refreshes)


def run_chaos(seeds: range, workers: int | None = None, *, everything: bool = False, hostile: bool = False) -> int:
    """Play the seeds and print what each drew; stop at the first failing one. Answer the exit code."""
    played: Counter[str] = Counter()
    with ProcessPoolExecutor(workers or cpu_count()) as pool:
        for outcome in pool.map(partial(play_outcome, everything=everything, hostile=hostile), seeds, chunksize=1):
            print(f"Seed {outcome.seed}: {', '.join(outcome.drawn) or 'nothing special'}", flush=True)
            played.update(outcome.drawn)
            if outcome.broken:
                pool.shutdown(wait=False, cancel_futures=True)
                print("\n".join(_failure(outcome, "ARGS=--hostile" if hostile else "")))
                return 1
    off = [dynamic.name for dynamic in DYNAMICS if dynamic.off and not everything]
    if off:
        print("Switched off for the time being (--all plays it):", ", ".join(off))
    print("Drawn:", ", ".join(f"{name} {played[name]}" for name in (dynamic.name for dynamic in DYNAMICS)))
    amid = "attacked" if hostile else "with every fault on"
    print(f"{_count(seeds)} {amid}: all invariants hold.")
    return 0


def _failure(outcome: Outcome, arguments: str = "") -> Iterator[str]:
    yield f"Seed {outcome.seed} fails. What happened:"
    yield from (f"  {act}" for act in outcome.acts)
    yield "What was broken:"
    yield from (f"  {sentence}" for sentence in outcome.broken)
    yield f"Replay it: make chaos SEEDS=1 FROM={outcome.seed} {arguments}".rstrip()


def _count(seeds: Iterable[int]) -> str:
    numbers = list(seeds)
    return f"1 seed ({numbers[0]})" if len(numbers) == 1 else f"{len(numbers)} seeds ({numbers[0]}…{numbers[-1]})"
