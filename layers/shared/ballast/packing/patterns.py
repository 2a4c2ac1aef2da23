"""Which patterns mix best? Gilmore and Gomory's linear program, its patterns made as its prices ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ballast.packing.bound import Fluid
from ballast.packing.filling import fill, worth
from ballast.packing.knapsack import Weights, search, tighten
from ballast.packing.problem import Batch, Problem
from ballast.packing.simplex import SURPLUS, TINY, Column, Master

OUTSIDE_PRICE = 2.0  # times the fair value: dear enough to be left, cheap enough to keep the first prices sane
STALE_ROUNDS = 25  # without an improvement of 0.02 %
ENOUGH = 1 + 1e-6  # a pattern pays if it is worth this much of its price
EASY_LEAVES, HARD_LEAVES = 20, 1000  # of the search for a pattern
FEW_POOLS, MORE_WORK = 6, 5  # few sizes leave much over, and there is time: so many times the rounds and the leaves


class Mix(NamedTuple):
    """How many instances of each pattern (fractions), and what one more copy of each item costs then."""

    amounts: list[tuple[Column, float]]
    values: list[float]


def best_mix(  # noqa: PLR0917 -- what it needs, in order
    problem: Problem,
    count: Sequence[int],
    fluid: Fluid,
    pools: Sequence[int],
    start: Iterable[Batch],
    rounds: int,
    tolerance: float,
) -> Mix:
    """The mix of patterns in `pools` that covers `count` at the least cost, nearly.

    It starts with the patterns of `start` and stops after `rounds` rounds of new ones (more with few pools), when nothing
    gets better, or within `tolerance` $/h of the bound. Copies that no pattern covers at the end are not in the mix.
    """
    items = [item for item, n in enumerate(count) if n]
    bound = sum([value * n for value, n in zip(fluid.values, count, strict=True)])
    master = Master(items, count, [max(value, TINY) * OUTSIDE_PRICE for value in fluid.values])
    weights = {pool: dict(fluid.weights[pool]) for pool in pools}
    columns = [Column(pool, pattern, problem.price[pool]) for pool, pattern, _ in start]
    best, stale = float("inf"), 0
    work = MORE_WORK if len(pools) <= FEW_POOLS else 1
    for _ in range(rounds * work):
        master.enter_best(columns)
        cost = master.cost()
        stale = 0 if cost < best * (1 - 2e-4) else stale + 1
        best = cost if not stale else best
        if stale > STALE_ROUNDS * work or cost < bound + tolerance:
            break
        values = master.values()
        columns = [Column(SURPLUS, {item: -1}, 0.0) for item in items if values[item] < -TINY]
        columns = columns or _new_columns(problem, count, values, weights, HARD_LEAVES * work)
        if not columns and not master.raise_outside():
            break
    values = [max(value, TINY) for value in master.values()]
    return Mix([(c, n) for c, n in zip(master.basis, master.level, strict=True) if c.pool >= 0 and n > TINY], values)


def _new_columns(
    problem: Problem, count: Sequence[int], values: Sequence[float], weights: dict[int, Weights], hard_leaves: int
) -> list[Column]:
    """Patterns worth more than their instance costs: easy ones of every pool, else a hard one."""
    found: list[Column] = []
    near: list[tuple[float, int]] = []
    for pool, weight in weights.items():
        price = problem.price[pool] * ENOUGH
        if tighten(problem, pool, count, values, weight) <= price:
            continue
        pattern = max(
            search(problem, pool, count, values, weight, 0.5 * price, EASY_LEAVES) or {},
            fill(problem, pool, count, values),
            key=lambda candidate: worth(candidate, values),
        )
        gain = worth(pattern, values) / price
        if gain > 1:
            found.append(Column(pool, pattern, problem.price[pool]))
        else:
            near.append((gain, pool))
    near.sort(key=lambda candidate: (-candidate[0], candidate[1]))
    for _, pool in near if not found else ():
        dense = search(problem, pool, count, values, weights[pool], problem.price[pool] * ENOUGH, hard_leaves)
        if dense:
            return [Column(pool, dense, problem.price[pool])]
    return found
