"""How close to the least possible cost is a plan, and how long does it take? All sides in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ballast.packing.model import Shape
from ballast.packing.planning import plan_capacity
from benchmarks.packing.baselines import karpenter_cost, single_type_cost
from benchmarks.packing.oracle import fluid_bound, pattern_bound
from benchmarks.packing.workloads import MIXES, pools

HEADER = (
    f"{'pools':8}{'tasks':>7}{'seed':>5}{'shapes':>7}{'bound $/h':>11} | {'Ballast':>8}{'s':>6} | "
    f"{'Karpenter':>9}{'s':>6} | {'one type':>8}{'s':>6} | target"
)


class Row(NamedTuple):
    mix: str
    pools: str
    tasks: int
    seed: int


def rows(mix: str, seeds: tuple[int, ...]) -> Iterator[Row]:
    sizes: tuple[str, ...] = ("small", "medium", "full")
    tasks: tuple[int, ...] = (1_000, 10_000, 50_000)
    if mix == "diverse":
        sizes, tasks = sizes[1:], tasks[1:2]
    for size in sizes:
        for n in tasks:
            for seed in seeds[:1] if n == 50_000 or mix.startswith("kwok") else seeds:
                yield Row(mix, size, n, seed)


def target(row: Row) -> float:
    if row.mix == "diverse" or row.tasks < 10_000:
        return 1.02
    return 1.015 if row.pools == "small" else 1.010


def timed(function: Callable[[], float]) -> tuple[float, float]:
    start = time.process_time()
    return function(), time.process_time() - start


def demand_for(row: Row) -> dict[Shape, int]:
    demand = MIXES[row.mix](row.tasks, row.seed)
    if row.pools == "small":  # nothing in it registers the 64 GiB of two of the "wide" deployments
        demand = {s: n for s, n in demand.items() if s.requirements["memory"] < 65_536}
    return demand


def table(mix: str, seeds: tuple[int, ...]) -> bool:
    """Prints the table of one mix; returns whether every row meets its target, if any plan can."""
    print(f"\n{mix}: cost / fluid LP bound (HiGHS), CPU seconds\n{HEADER}")
    good = True
    for row in rows(mix, seeds):
        demand, offers = demand_for(row), pools(row.pools, gpu=mix == "gpu")
        bound = fluid_bound(demand, offers)
        ours, our_time = timed(lambda d=demand, o=offers: plan_capacity(d, o).usd_per_hour)  # type: ignore[misc]
        theirs, their_time = timed(lambda d=demand, o=offers: karpenter_cost(d, o))  # type: ignore[misc]
        one, one_time = timed(lambda d=demand, o=offers: single_type_cost(d, o))  # type: ignore[misc]
        seconds = 5.0 if mix == "diverse" else 2.0
        verdict = "ok"
        if ours > bound * target(row):
            tight = max(bound, pattern_bound(demand, offers, seconds=20))
            word = "IMPOSSIBLE" if tight > bound * target(row) else "MISSES"
            verdict = f"{word} {target(row):.3f}: no plan is below {tight / bound:.4f} (pattern bound, 20 s)"
        if our_time > seconds:
            verdict += f"; SLOWER than {seconds} s"
        if ours > min(theirs, one) * (1 + 1e-9):
            verdict += "; DEARER"
        good = good and not any(word in verdict for word in ("MISSES", "SLOWER", "DEARER"))
        print(
            f"{row.pools:8}{row.tasks:7}{row.seed:5}{len(demand):7}{bound:11.2f} | {ours / bound:8.4f}{our_time:6.2f} | "
            f"{theirs / bound:9.4f}{their_time:6.2f} | {one / bound:8.4f}{one_time:6.2f} | {verdict}",
            flush=True,
        )
    return good
