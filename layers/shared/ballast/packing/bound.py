"""What can no plan undercut? A lower bound on cost, and with it the fair price of one copy of each shape."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ballast.packing.model import Bound, Pool, Shape
from ballast.packing.problem import Problem

ROUNDS = 300


def fluid_values(problem: Problem) -> list[float]:
    """The value of one copy of each item in $/h; the sum over the demand is a bound on the cost of any plan.

    Spread a pool's price over its resources with any weights that sum to 1. A copy then costs on that pool
    price x (sum of weight x its share of the resource), and its value is that cost on the pool where it is least. No
    instance holds copies worth more than its price, so values x demand bounds the cost: weak duality of the linear
    program in which tasks and instances may be split. The weights climb towards that program's optimum by
    exponentiated gradient: a resource that would run short becomes dearer.
    """
    pools = _undercut_by_none(problem)
    weights = [dict.fromkeys(_columns(problem, pool), 1.0) for pool in pools]
    for weight in weights:
        for column in weight:
            weight[column] /= len(weight)
    shares = [
        [
            (i, [(c, problem.price[t] * a / problem.capacity[t][c]) for c, a in needs])
            for i, t in enumerate(pools)
            if t in set(problem.pools_of[item])
        ]
        for item, needs in enumerate(problem.needs)
    ]
    best_total, best = -1.0, [0.0] * len(shares)
    for k in range(ROUNDS):
        softness = 0.2 * 0.98**k + 0.0005
        spent = [dict.fromkeys(weight, 0.0) for weight in weights]
        values = []
        for item, offers in enumerate(shares):
            costs = [sum([weights[i][c] * x for c, x in parts]) for i, parts in offers]
            least = min(costs)
            values.append(least)
            if least <= 0:
                continue
            near = least * (1 + 20 * softness)
            pull = [math.exp((least - cost) / (softness * least)) if cost < near else 0.0 for cost in costs]
            scale = problem.count[item] / sum(pull)
            for (i, parts), strength in zip(offers, pull, strict=True):
                if strength:
                    for c, x in parts:
                        spent[i][c] += scale * strength * x
        total = sum(v * n for v, n in zip(values, problem.count, strict=True))
        if total > best_total:
            best_total, best = total, values
            best_weights = [dict(w) for w in weights]
        step = 1 / (1 + k / 40)
        floor = softness if k < ROUNDS / 2 else 1e-6
        for weight, demand in zip(weights, spent, strict=True):
            top = max(demand.values())
            if top > 0:
                mean = sum(weight[c] * demand[c] for c in weight)
                for c in weight:
                    weight[c] = max(floor, weight[c] * math.exp(step * max(-1.0, (demand[c] - mean) / top)))
                total_weight = sum(weight.values())
                for c in weight:
                    weight[c] /= total_weight
    global RATES
    where = {i: n for n, i in enumerate(pools)}
    RATES = []
    for t in range(len(problem.pools)):
        i = (
            where[t]
            if t in where
            else next(
                where[q]
                for q in pools
                if set(problem.items_of[q]) >= set(problem.items_of[t])
                and all(
                    problem.price[q] * problem.capacity[t][c] <= problem.price[t] * problem.capacity[q][c]
                    for c in _columns(problem, t)
                )
            )
        )
        RATES.append(
            {c: best_weights[i][c] * problem.price[pools[i]] / problem.capacity[pools[i]][c] for c in best_weights[i]}
        )
    return best


def _columns(problem: Problem, pool: int) -> list[int]:
    return sorted({c for item in problem.items_of[pool] for c, _ in problem.needs[item]})


def _undercut_by_none(problem: Problem) -> list[int]:
    """Pools less those that another one beats resource by resource, per dollar: instances may be split here."""

    def beats(q: int, t: int) -> bool:
        return set(problem.items_of[q]) >= set(problem.items_of[t]) and all(
            problem.price[q] * problem.capacity[t][c] <= problem.price[t] * problem.capacity[q][c]
            for c in _columns(problem, t)
        )

    kept: list[int] = []
    for t in range(len(problem.pools)):
        if not any(beats(q, t) for q in kept):
            kept = [q for q in kept if not beats(t, q)] + [t]
    return kept
