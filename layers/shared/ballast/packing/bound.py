"""What can no plan undercut? A lower bound on cost, and with it the fair price of one copy of each shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ballast.packing.checks import checked_demand, checked_pools
from ballast.packing.model import Bound, Pool, Shape
from ballast.packing.problem import Problem

ROUNDS = 600

type Weights = dict[int, float]  # of an instance's columns, sum 1


class Fluid(NamedTuple):
    """The bound's certificate: $/h of one copy by item, and each pool's price spread over its columns (sums to 1)."""

    values: list[float]
    weights: list[Weights]


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
    columns = [sorted({c for item in items for c, _ in problem.needs[item]}) for items in problem.items_of]
    champion = _champions(problem, columns)
    weights = {t: {c: 1 / len(columns[t]) for c in columns[t]} for t in sorted(set(champion))}
    offers = [
        [
            (t, [(c, problem.price[t] * x) for c, x in problem.shares(item, t)])
            for t in problem.pools_of[item]
            if t in weights
        ]
        for item in range(len(problem.needs))
    ]
    best_total, best_values, best_weights = -1.0, list[float](), weights
    softness = 0.2
    for k in range(ROUNDS):
        spent = {t: dict.fromkeys(weight, 0.0) for t, weight in weights.items()}
        values = []
        for count, offer in zip(problem.count, offers, strict=True):
            costs = [sum([weights[i][c] * x for c, x in parts]) for i, parts in offer]
            least = min(costs)
            values.append(least)
            if least > 0:
                pulls = [pull * pull for pull in [max(0.0, 1 - (cost / least - 1) / softness / 4) for cost in costs]]
                scale = count / sum(pulls)
                for (i, parts), pull in zip(offer, pulls, strict=True):
                    if pull:
                        for c, x in parts:
                            spent[i][c] += scale * pull * x
        total = sum([value * count for value, count in zip(values, problem.count, strict=True)])
        if total > best_total:
            best_total, best_values = total, values
            best_weights = {t: dict(weight) for t, weight in weights.items()}
        # A weight that vanished early comes back too slowly: keep all of them alive in the first half.
        floor = softness if k < ROUNDS // 2 else 1e-6
        for t, weight in weights.items():
            shift(weight, spent[t], 1 / (1 + k / 30), floor)
        softness = max(0.985 * softness, 0.001)
    return Fluid(best_values, [best_weights[t] for t in champion])


def shift(weights: Weights, load: Mapping[int, float], step: float, floor: float) -> None:
    """Moves weight to the columns that bear more `load` than the average of all columns does."""
    mean = sum([weight * load.get(c, 0.0) for c, weight in weights.items()])
    if mean <= 0:
        return
    top = max(load.values())
    for c, weight in weights.items():
        x = step * (load.get(c, 0.0) - mean) / top / 2
        weights[c] = max(floor, weight * (1 + x) / (1 - x))
    total = sum(weights.values())
    for c in weights:
        weights[c] /= total


def _champions(problem: Problem, columns: list[list[int]]) -> list[int]:
    """For each pool one that offers at least as much of everything per dollar, to its items, and is beaten by none."""

    def beats(q: int, t: int) -> bool:
        price, capacity = problem.price, problem.capacity
        return set(problem.items_of[q]) >= set(problem.items_of[t]) and all(
            price[q] * capacity[t][c] <= price[t] * capacity[q][c] for c in columns[t]
        )

    kept: list[int] = []
    for t in range(len(problem.pools)):
        if not any(beats(q, t) for q in kept):
            kept = [q for q in kept if not beats(t, q)] + [t]
    return [next(q for q in kept if q == t or beats(q, t)) for t in range(len(problem.pools))]
