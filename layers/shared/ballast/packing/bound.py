"""What can no plan undercut? A lower bound on cost, and with it the fair price of one copy of each shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ballast.packing.checks import checked_demand, checked_pools
from ballast.packing.model import Bound, Pool, Shape
from ballast.packing.problem import Problem

ROUNDS = 600
NOTHING = 20.0  # exp(-20) is as good as 0


class Fluid(NamedTuple):
    """The bound's certificate: $/h of one copy by item, and each pool's price spread over its columns (sums to 1)."""

    values: list[float]
    weights: list[dict[int, float]]


def lower_bound(demand: Mapping[Shape, int], pools: Iterable[Pool]) -> Bound:
    """The least that any plan for this demand can cost, in $/h.

    Raises UnplaceableError if a shape fits no pool and ValueError if the input makes no sense.
    """
    problem = Problem(checked_demand(demand), checked_pools(pools, demand).values())
    value_by_shape = dict.fromkeys((shape.name for shape in demand), 0.0)
    for copies_by_name, value in zip(problem.copies_by_name, fluid(problem).values, strict=True):
        value_by_shape |= dict.fromkeys(copies_by_name, value)
    return Bound(sum(value_by_shape[shape.name] * copies for shape, copies in demand.items()), value_by_shape)


def fluid(problem: Problem) -> Fluid:
    """The values of the linear program in which tasks and instances may be split, nearly.

    Spread a pool's price over its resources with any weights that sum to 1. A copy then costs on that pool price x
    (sum of weight x its share of the resource); its value is that cost on the pool where it is least. No instance
    holds copies worth more than its price, hence values x demand bounds the cost of any plan, whatever the weights
    (weak duality). The weights climb by multiplicative updates: every copy goes, softly, where it is cheapest,
    and on each pool the resources that run short get dearer. Only + - * / is used: any machine gets the same values.
    """
    pools = _unbeaten(problem)
    place = {pool: index for index, pool in enumerate(pools)}
    weights = [{c: 1 / len(columns) for c in columns} for columns in (_columns(problem, pool) for pool in pools)]
    offers = [
        [
            (place[t], [(c, problem.price[t] * amount / problem.capacity[t][c]) for c, amount in needs])
            for t in problem.pools_of[item]
            if t in place
        ]
        for item, needs in enumerate(problem.needs)
    ]
    best_total, best = -1.0, Fluid([], [])
    softness = 0.2
    for k in range(ROUNDS):
        spent = [dict.fromkeys(weight, 0.0) for weight in weights]
        values = []
        for count, offer in zip(problem.count, offers, strict=True):
            costs = [sum([weights[i][c] * x for c, x in parts]) for i, parts in offer]
            least = min(costs)
            values.append(least)
            if least > 0:
                pulls = [_pull((cost / least - 1) / softness) for cost in costs]
                scale = count / sum(pulls)
                for (i, parts), pull in zip(offer, pulls, strict=True):
                    if pull:
                        for c, x in parts:
                            spent[i][c] += scale * pull * x
        total = sum([value * count for value, count in zip(values, problem.count, strict=True)])
        if total > best_total:
            best_total, best = total, Fluid(values, [dict(weight) for weight in weights])
        # A weight that vanished early comes back too slowly: keep all of them alive in the first half.
        floor = softness if k < ROUNDS // 2 else 1e-6
        for weight, load in zip(weights, spent, strict=True):
            _shift(weight, load, 1 / (1 + k / 40), floor)
        softness = max(0.98 * softness, 0.001)
    heirs = [next(i for i, q in enumerate(pools) if q == t or _beats(problem, q, t)) for t in range(len(problem.pools))]
    return best._replace(weights=[best.weights[i] for i in heirs])


def _pull(excess: float) -> float:
    """exp(-excess), nearly."""
    if excess > NOTHING:
        return 0.0
    near = 1 / (1 + excess / 8)
    near *= near
    near *= near
    return near * near


def _shift(weight: dict[int, float], load: dict[int, float], step: float, floor: float) -> None:
    """Moves weight to the columns on which more money is spent than on the pool's average column."""
    top = max(load.values())
    if top <= 0:
        return
    mean = sum([w * load[c] for c, w in weight.items()])
    for c, w in weight.items():
        x = step * max(-1.0, (load[c] - mean) / top) / 2
        weight[c] = max(floor, w * (1 + x) / (1 - x))
    total = sum(weight.values())
    for c in weight:
        weight[c] /= total


def _columns(problem: Problem, pool: int) -> list[int]:
    return sorted({c for item in problem.items_of[pool] for c, _ in problem.needs[item]})


def _beats(problem: Problem, q: int, t: int) -> bool:
    """Pool q offers at least as much of everything per dollar as pool t does, and to at least the same items."""
    return set(problem.items_of[q]) >= set(problem.items_of[t]) and all(
        problem.price[q] * problem.capacity[t][c] <= problem.price[t] * problem.capacity[q][c]
        for c in _columns(problem, t)
    )


def _unbeaten(problem: Problem) -> list[int]:
    kept: list[int] = []
    for t in range(len(problem.pools)):
        if not any(_beats(problem, q, t) for q in kept):
            kept = [q for q in kept if not _beats(problem, t, q)] + [t]
    return kept
