"""Is every standstill of a rollout explained? A judge notes when each moves, see `simulator.chaos.tidy`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ballast.records.rollout import RolloutState
from simulator.result import notices
from simulator.rollout_result import rollouts_in, updates_in
from simulator.stage import Stage
from simulator.world.core.core import Fact

ROLLOUT_MOVED = "rollout_moved"
EXPLAINED_WITHIN_S = 30 * 60.0
STANDS = "BottlerocketRolloutStands"
EXPLAINED_BY = (STANDS, "BottlerocketRolloutHeld")
LONGEST_BAKE_S = 3600.0


@dataclass(frozen=True)
class Progress:
    """What people would call a move: another state, wave or count, or another stage of an instance."""

    moves: bool
    bakes_s: float
    counts: tuple[Any, ...]
    stages: frozenset[tuple[str, str, str]]


def progress_of(items: list[dict[str, Any]]) -> Mapping[str, Progress]:
    """By the rollout's cluster, variant and architecture."""
    stages = defaultdict(set)
    for update in updates_in(items):
        stages[update.cluster, update.rollout].add((update.instance_id, str(update.stage), str(update.since)))
    found = {}
    for r in rollouts_in(items):
        counts = (r.id, r.state, r.wave, r.on_target, r.failed, r.refreshing, r.groups_done, r.wave_done_at)
        moves = r.state in (RolloutState.RUNNING, RolloutState.ROLLING_BACK)
        bakes_s = LONGEST_BAKE_S if r.wave_done_at else 0.0
        name = f"{r.cluster}/{r.variant}/{r.arch}"
        found[name] = Progress(moves, bakes_s, counts, frozenset(stages[r.cluster, r.id]))
    return found


def every_standstill_is_explained(stage: Stage) -> Iterator[str]:
    """Whatever holds a rollout that moves, people are told within half an hour; a bake is no standstill."""
    told = [n["at"] for n in notices(stage) if n["code"] in EXPLAINED_BY]
    by_rollout: dict[str, list[Fact]] = defaultdict(list)
    for fact in stage.world.journal:
        if fact.kind == ROLLOUT_MOVED:
            by_rollout[fact.data["rollout"]].append(fact)
    for name, facts in by_rollout.items():
        ends = [*(f.at_s for f in facts[1:]), stage.clock.now_s]
        for fact, end in zip(facts, ends, strict=True):
            by = fact.at_s + EXPLAINED_WITHIN_S + fact.data["bakes_s"]
            if fact.data["moves"] and end > by and not any(fact.at_s <= at <= by for at in told):
                yield f"the rollout of {name} stood still from {fact.at_s:.0f} s to {end:.0f} s and nobody was told why"
