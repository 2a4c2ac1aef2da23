"""How does a first plan come about? Best pattern for the money first, then each item re-valued at what it really cost."""

from __future__ import annotations

from collections.abc import Sequence

from ballast.packing.filling import fill, worth
from ballast.packing.problem import Batch, Problem


def corrected_plan(
    problem: Problem, count: Sequence[int], values: Sequence[float], pools, rounds: int = 3
) -> list[Batch]:
    """The cheapest of a few rounds of sequential value correction (Belov and Scheithauer, 2007)."""
    values = [max(value, 1e-9) for value in values]
    best: list[Batch] = []
    best_cost = float("inf")
    for _ in range(rounds):
        plan, values = _greedy_plan(problem, count, values, pools)
        cost = problem.cost(plan)
        if cost < best_cost - 1e-9:
            best, best_cost = plan, cost
    return best


def _greedy_plan(problem: Problem, count: Sequence[int], values: list[float], pools) -> tuple[list[Batch], list[float]]:
    left = list(count)
    plan: list[Batch] = []
    paid = [0.0] * len(left)
    offers = dict.fromkeys(pools)
    while any(left):
        for pool, offer in offers.items():
            # An offer stands for as long as there are tasks for it: with fewer tasks left, fill() takes the same steps.
            if offer is None or any(left[item] < copies for item, copies in offer[1].items()):
                pattern = fill(problem, pool, left, values)
                from ballast.packing import patterns as B
                if B.ALLP: B.EXTRA.append((pool,pattern))
                offers[pool] = worth(pattern, values) / max(problem.price[pool], 1e-9), pattern
        pool = max(offers, key=lambda t: offers[t][0])
        gain, pattern = offers[pool]
        times = min(left[item] // copies for item, copies in pattern.items())
        plan.append(problem.cheapest_for(Batch(pool, pattern, times)))
        for item, copies in pattern.items():
            left[item] -= times * copies
            paid[item] += times * copies * values[item] / gain
    return plan, [(value + cost / n) / 2 if n else value for value, cost, n in zip(values, paid, count, strict=True)]
