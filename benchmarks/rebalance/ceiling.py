"""What would a fleet cost on which ECS has placed every task, if nothing ever changed?

Tasks are started in any order, each on the instance with the least free memory that holds it, as the strategy binpack of
memory does: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html. One type is launched
for all that it holds, the cheapest that does for the others; of all types the best is told. Beside it what is left once the
instances of a planned fleet are exchanged for others as long as that saves anything (`exchanging`).
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from statistics import fmean

from ballast.packing.bound import lower_bound
from ballast.packing.model import Pool
from ballast.packing.planning import plan_capacity
from benchmarks.packing.workloads import Demand
from benchmarks.rebalance import exchanging
from benchmarks.rebalance.closed_loop import SEEDS
from benchmarks.rebalance.day import demand_at, loads
from benchmarks.rebalance.mixes import MIXES, Mix, pools

NOON, ORDERS = 12.0, 6


def table(*, quick: bool) -> bool:
    """Prints a row a mix; misses nothing, as it says nothing of Ballast."""
    seeds = SEEDS[:1] if quick else SEEDS
    print(f"\ncost over the bound with nothing that changes, means over the seeds {', '.join(map(str, seeds))}")
    print(f"{'mix':10}{'packing':>9}{'placed by ECS':>15}{'exchanged':>11}  best type")
    for name, mix in MIXES.items():
        planned, placed, exchanged = zip(*(ceiling(mix, seed) for seed in seeds), strict=True)
        best = min(placed[0], key=lambda pool: fmean(one[pool] for one in placed))
        over = fmean(one[best] for one in placed)
        print(f"{name:10}{fmean(planned):9.3f}{over:15.3f}{fmean(exchanged):11.3f}  {best}", flush=True)
    return True


def ceiling(mix: Mix, seed: int) -> tuple[float, dict[str, float], float]:
    """Over the bound: the plan of `packing`; by type what tasks come to that are placed one by one; and after exchanges."""
    demand = {shape: n for shape, n in demand_at(loads(mix, seed), NOON).items() if n}
    offers = pools(mix.types)
    bound = lower_bound(demand, offers).usd_per_hour
    placed = {
        pool.name: fmean(usd_per_hour(demand, pool, offers, order) for order in range(ORDERS)) / bound
        for pool in offers
    }
    exchanged = exchanging.usd_per_hour(demand, offers, seed) / bound
    return plan_capacity(demand, offers).usd_per_hour / bound, placed, exchanged


def usd_per_hour(demand: Demand, favourite: Pool, offers: Sequence[Pool], order: int) -> float:
    tasks = [shape for shape, copies in demand.items() for _ in range(copies)]
    Random(order).shuffle(tasks)
    free: list[dict[str, int]] = []
    usd = 0.0
    for task in tasks:
        fitting = [room for room in free if exchanging.holds(room, task)]
        if fitting:
            room = min(fitting, key=lambda room: room["memory"])
        else:
            others = sorted(offers, key=lambda pool: pool.price_usd_per_hour)
            pool = next(pool for pool in (favourite, *others) if exchanging.holds(dict(pool.capacity), task))
            room = dict(pool.capacity)
            free.append(room)
            usd += pool.price_usd_per_hour
        for name, amount in task.requirements.items():
            room[name] = room.get(name, 1) - amount
    return usd
