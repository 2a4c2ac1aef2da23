"""Twenty-four virtual hours of five mixes: what does the fleet cost over the bound, and what does that disturb?"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import fmean

from benchmarks.rebalance.contenders import CONTENDERS, ECS_ALONE, OURS, WITH_ROOM, play
from benchmarks.rebalance.meter import Outcome
from benchmarks.rebalance.mixes import MIXES

SEEDS = (1, 2, 3)
MOST_OVER = 1.06
HEADER = (
    f"{'mix':10}{'who':20}{'USD/h':>8}{'over bound':>11}{'of seeds':>13}{'moves/task/day':>15}{'pending [min]':>14}{'short':>6}"
    f"{'below min':>10}{'cut off':>8}{'undone':>7}{'again':>6}{'launched':>9}  verdict"
)
NOTES = """
over bound: time-average USD/h of the fleet by that of the lower bound of what is desired. pending: tasks without room x minutes,
from the second hour on. short: of them, what services lack of their desired count; the rest a deployment starts besides its old
tasks. below min: falls below a service's minimum. undone: instances set ACTIVE again. again: launches of a type within 30 minutes
after one of it was given back. All but Ballast are models: docs/decisions/0032. Each has its operator's layout: ECS alone
services with a provider each and managed scaling, the others services by launch type and one group a type."""


def table(*, quick: bool) -> bool:
    """Prints a row a mix and contender as they come; returns whether every target is met."""
    mixes, seeds = (list(MIXES)[:1], SEEDS[:1]) if quick else (list(MIXES), SEEDS)
    print(f"\na day of each mix, means over the seeds {', '.join(map(str, seeds))}\n{HEADER}", flush=True)
    good = True
    jobs = [(mix, seed) for mix in mixes for seed in seeds]
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(jobs)), mp_context=get_context("spawn")) as pool:
        played = pool.map(_day, *zip(*jobs, strict=True))
        for mix in mixes:
            days = [next(played) for _ in seeds]
            found = {name: [day[name] for day in days] for name in days[0]}
            for name, row, fine in rows(mix, found):
                print(row, flush=True)
                good &= fine or name != OURS
    print(NOTES)
    return good


def _day(mix: str, seed: int) -> dict[str, Outcome]:
    """All of them in one process, which remembers the bounds."""
    return {c.name: play(c, MIXES[mix], seed) for c in CONTENDERS}


def rows(mix: str, found: Mapping[str, Sequence[Outcome]]) -> Iterator[tuple[str, str, bool]]:
    """Of each contender: its name, its line, and whether no target is missed, of which only Ballast has any."""
    for name, outcomes in found.items():
        missed = misses(name, found)
        over = [o.over_bound for o in outcomes]
        line = (
            f"{mix:10}{name:20}{fmean(o.usd_per_hour for o in outcomes):8.2f}{fmean(over):11.3f}"
            f"{f'{min(over):.3f}-{max(over):.3f}':>13}{fmean(o.moves_per_task_day for o in outcomes):15.2f}"
            f"{fmean(o.pending_minutes for o in outcomes):14.0f}{fmean(o.short_minutes for o in outcomes):6.0f}"
            f"{sum(o.violations for o in outcomes):10}{sum(o.interrupted for o in outcomes):8}"
            f"{sum(o.set_back for o in outcomes):7}{sum(o.bought_again for o in outcomes):6}"
            f"{fmean(o.launched for o in outcomes):9.0f}"
        )
        yield name, f"{line}  {'; '.join(f'MISSES {m}' for m in missed)}".rstrip(), not missed


def misses(name: str, found: Mapping[str, Sequence[Outcome]]) -> list[str]:
    """Ballast's targets that it misses."""
    if name != OURS:
        return []
    ours, alone = found[name], found[ECS_ALONE.name]
    over = fmean(o.over_bound for o in ours)
    peers = {n: fmean(o.over_bound for o in others) for n, others in found.items() if n not in (OURS, WITH_ROOM.name)}
    checks = {
        f"{MOST_OVER} over the bound": over > MOST_OVER,
        "a peer's cost": over >= min(peers.values()),
        "pending minutes": sum(o.pending_minutes for o in ours) > sum(o.pending_minutes for o in alone),
        "minimums": any(o.violations or o.interrupted for o in ours),
        "moves undone": any(o.set_back for o in ours),
    }
    return [what for what, missed in checks.items() if missed]
