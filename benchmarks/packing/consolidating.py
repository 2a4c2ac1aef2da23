"""How much of a fragmented fleet's waste is won back, with how many moves, and how fast? All sides in the same run."""

from __future__ import annotations

import time

from ballast.packing.consolidation import plan_consolidation
from benchmarks.packing.fleets import demand_of, fleet
from benchmarks.packing.karpenter import KarpenterFleet, Step
from benchmarks.packing.oracle import fluid_bound, saving_bound

FLEETS = [(200, 0.35), (200, 0.60), (1000, 0.35), (1000, 0.60), (5000, 0.35), (5000, 0.55)]
HEADER = (
    f"{'nodes':>6}{'util':>5}{'tasks':>7}{'budget':>7}{'move $/h':>9} | {'fluid':>8} | {'Ballast':>8}{'moves':>7}{'s':>6} | "
    f"{'Karpenter':>9}{'moves':>7}{'s':>6} | verdict"
)


def table(*, quick: bool) -> bool:
    """Prints the table; returns whether every row meets its target."""
    print(f"\nconsolidation: $/h saved net of moves, CPU seconds; + is Karpenter stopped by our time limit\n{HEADER}")
    good = True
    for instances, utilisation in FLEETS[:2] if quick else FLEETS:
        nodes, shapes, offers = fleet(instances, utilisation, 1)
        price = {p.name: p.price_usd_per_hour for p in offers}
        cost, tasks = sum(price[n.pool] for n in nodes), sum(sum(n.load.values()) for n in nodes)
        recoverable = cost - fluid_bound(demand_of(nodes, shapes), offers)
        for budget in (instances // 10, instances):
            start = time.process_time()
            theirs, ended = KarpenterFleet(nodes, shapes, offers).run(budget, 60.0)
            their_time = time.process_time() - start
            for fraction in (0.0, 0.25, 0.5):
                move = fraction * cost / tasks
                start = time.process_time()
                plan = plan_consolidation(nodes, shapes, offers, budget=budget, saving_per_move_usd_per_hour=move)
                our_time = time.process_time() - start
                ours = plan.saving_usd_per_hour - move * plan.moves
                fluid = saving_bound(nodes, shapes, offers, budget, move)
                verdict = judge(ours, fluid, theirs, move, budget < instances, recoverable, our_time)
                good = good and "MISSES" not in verdict
                print(
                    f"{instances:6}{utilisation:5.2f}{tasks:7}{budget:7}{move:9.4f} | {fluid:8.2f} | {ours:8.2f}"
                    f"{plan.moves:7}{our_time:6.2f} | {theirs.saving - move * theirs.moves:9.2f}{theirs.moves:7}"
                    f"{their_time:6.1f}{' ' if ended else '+'}| {verdict}",
                    flush=True,
                )
    return good


def judge(  # noqa: PLR0917 -- the columns of a row
    ours: float,
    fluid: float,
    theirs: Step,
    move: float,
    limited: bool,  # noqa: FBT001 -- a column too
    recoverable: float,
    seconds: float,
) -> str:
    verdict = f"{ours / fluid:.3f} of fluid"
    if limited and ours < 0.98 * fluid:
        verdict += " MISSES 0.98"
    if not limited and not move:
        verdict = f"{ours / recoverable:.3f} of recoverable"
        if ours < 0.95 * recoverable:
            verdict += " MISSES 0.95"
    if ours < theirs.saving - move * theirs.moves:
        verdict += " MISSES Karpenter"
    return verdict + (" MISSES 5 s" if seconds > 5 else "")
