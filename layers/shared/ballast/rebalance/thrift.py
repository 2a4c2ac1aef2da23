"""Whose instances are worth their price for what runs here? What is cheapest for one task may be too lean for all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ballast.packing.model import Pool
from ballast.rebalance.ground import Ground
from ballast.rebalance.parts import Part
from ballast.rebalance.pools import holds, worst

NEARLY = 0.85  # of the best: types that go well together are each a little worse alone


def thrifty(ground: Ground, part: Part, homes: Sequence[Part]) -> tuple[Part, ...]:
    """Of several groups those on whose instances alone all that runs there would cost nearly the least.

    A pair of tasks that waits fits the leanest instance for the least money. ECS fills it with whatever comes next: bought
    for every such pair, lean instances run out of one resource with the other one idle, and no deletion makes up for that.
    """
    pools = {home.name: pool for home in homes if (pool := worst(ground, home))}
    demand: Counter[str] = Counter()
    for home in homes:
        demand.update(ground.demand(home))
    values = ground.values(part)
    ratio = {name: _worth(ground, pool, demand, values) for name, pool in pools.items()}
    best = max(ratio.values(), default=0.0)
    return tuple(home for home in homes if ratio.get(home.name, 0.0) >= NEARLY * best)


def _worth(ground: Ground, pool: Pool, demand: Mapping[str, int], values: Mapping[str, float]) -> float:
    """The fair value of the tasks that it takes, by what they would cost on as many of it as their scarcest resource wants."""
    used: Counter[str] = Counter()
    fair = 0.0
    for name, copies in demand.items():
        ask = ground.asks.by_name[name]
        if name in values and holds(dict(pool.capacity), ask):
            fair += copies * values[name]
            used.update({resource: copies * amount for resource, amount in ask.requirements.items()})
    shares = [used[r] / pool.capacity[r] for r in used if pool.capacity.get(r)]
    cost = pool.price_usd_per_hour * max(shares, default=0.0)
    return fair / cost if cost else 0.0
