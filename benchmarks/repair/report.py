"""Print the tables of repair: nine timelines, and random days; `main` answers 1 when a target is missed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context

from benchmarks.repair.measuring import CONTENDERS, OURS, PEERS, Outcome, play
from benchmarks.repair.stories import BROKEN, day, timeline
from benchmarks.tables import Measure, show

DAYS, QUICK_DAYS = 100, 3
MOST_MINUTES = 20.0  # of one lost agent among three
NOTES = (
    "Karpenter: its node repair (30 min, held above 20 % of a pool, rounded up). Cluster Autoscaler: 20 min, held above 45 %",
    "and 3 nodes. Lambda: ends what has no agent for 5 min. Models after their documents and sources, carried over to ECS",
    "(benchmarks/repair/peers); all of them see at once and for free, and Kubernetes moves pods from nodes not ready for 5 min.",
    "Healthy: what had joined and was not broken. Cut off: tasks that ended with a host before ECS had been told to stop them.",
)


def main(arguments: Sequence[str] = ()) -> int:
    names = [a for a in arguments if not a.startswith("-")] or ["timelines", "days"]
    if unknown := [name for name in names if name not in ("timelines", "days")]:
        raise SystemExit(f"there is no table {unknown[0]}; there are timelines, days")
    given = next((int(a.partition("=")[2]) for a in arguments if a.startswith("--days=")), DAYS)
    days = QUICK_DAYS if "--quick" in arguments else given
    tables: dict[str, Callable[[], bool]] = {"timelines": show_timelines, "days": lambda: show_days(days)}
    missed = [name for name in names if not tables[name]()]
    if missed:
        print(f"targets are missed in: {', '.join(missed)}")
    return 1 if missed else 0


def show_timelines() -> bool:
    met = []
    for name, found in _all(play_timeline, BROKEN).items():
        most = MOST_MINUTES if name == "repair" else None
        met.append(show(f"{name}: {timeline(name).scenario.title}", _measures(found, most), ours=OURS))
    return all(met)


def show_days(number: int) -> bool:
    per_day = _all(play_day, [str(seed) for seed in range(number)])
    total = {who: Outcome.sum(found[who] for found in per_day.values()) for who in CONTENDERS}
    title = f"{number} random days, five to thirty instances: blips, broken hosts, wrong signals, bad images"
    return show(title, _measures(total), ours=OURS, notes=NOTES)


def play_timeline(name: str, contender: str) -> Outcome:
    return play(contender, timeline(name))


def play_day(seed: str, contender: str) -> Outcome:
    return play(contender, day(int(seed)), int(seed))


def _all(
    plays: Callable[[str, str], Outcome], stories: Sequence[str] | Mapping[str, int]
) -> dict[str, dict[str, Outcome]]:
    """Of each story, by contender."""
    pairs = list(product(stories, CONTENDERS))
    with ProcessPoolExecutor(os.process_cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        outcomes = pool.map(plays, *zip(*pairs, strict=True))
        found: dict[str, dict[str, Outcome]] = {story: {} for story in stories}
        for (story, contender), outcome in zip(pairs, outcomes, strict=True):
            found[story][contender] = outcome
    return found


def _measures(found: Mapping[str, Outcome], most_minutes: float | None = None) -> list[Measure]:
    def measure(name: str, of: Callable[[Outcome], float | None], most: float | None = None) -> Measure:
        return Measure(name, of(found[OURS]), {peer: of(found[peer]) for peer in PEERS}, most)

    return [
        measure("time to repair, median [virtual min]", _median),
        measure("time to repair, the longest [virtual min]", _longest, most_minutes),
        measure("broken instances left [instances]", lambda o: o.left),
        measure("healthy instances killed [instances]", lambda o: o.healthy_killed, 0),
        measure("tasks cut off [tasks]", lambda o: o.tasks_cut_off, 0),
        measure("launches [instances]", lambda o: o.launches),
    ]


def _median(found: Outcome) -> float | None:
    return found.repaired_s[len(found.repaired_s) // 2] / 60 if found.repaired_s else None


def _longest(found: Outcome) -> float | None:
    return max(found.repaired_s) / 60 if found.repaired_s else None
