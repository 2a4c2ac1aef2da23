"""Which instances should be bought for a demand?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ballast.packing.bound import Fluid, fluid
from ballast.packing.checks import checked_demand, checked_pools
from ballast.packing.correction import corrected_plan
from ballast.packing.filling import tighten
from ballast.packing.model import CapacityPlan, PlannedInstances, Pool, Shape
from ballast.packing.patterns import best_mix
from ballast.packing.problem import Batch, Problem

TOL = 0.001


def plan_capacity(
    demand: Mapping[Shape, int], pools: Iterable[Pool], *, value_by_shape: Mapping[str, float] | None = None
) -> CapacityPlan:
    problem = Problem(checked_demand(demand), checked_pools(pools, demand).values())
    prices = fluid(problem)
    plan = cheap_plan(problem, problem.count, prices, TOL * sum(v * n for v, n in zip(prices.values, problem.count)))
    instances = named(problem, plan)
    return CapacityPlan(instances, problem.cost(plan), sum(v * n for v, n in zip(prices.values, problem.count)))


LEVELS = 8
TH = 0.97
G = 6
K = 8


def cheap_plan(problem: Problem, count: Sequence[int], prices: Fluid, tol, rounds: int = 150) -> list[Batch]:
    if not any(count):
        return []
    left = list(count)
    pools = useful_pools(problem, count, prices.values, prices.weights)
    best = corrected_plan(problem, count, prices.values, pools, SR)
    plan, start = [], best
    for level in range(LEVELS):
        mix = best_mix(problem, left, prices, pools, start, rounds, tol)
        taken = take(problem, mix, left, 1e-6) or take(problem, mix, left, 1)
        plan += taken
        if not any(left):
            best = min(best, plan, key=problem.cost)
            break
        start = corrected_plan(problem, left, mix.values, pools)
        best = min(best, plan + start, key=problem.cost)
        if not taken:
            break
        start = start + [
            Batch(c.pool, c.pattern, 1) for c, _ in mix.amounts if all(left[i] >= n for i, n in c.pattern.items())
        ]
        pools = useful_pools(problem, left, prices.values, prices.weights)
        rounds = max(20, rounds // 2)
    return best


def take(problem, mix, left, up):
    plan = []
    for column, amount in sorted(mix.amounts, key=lambda a: -a[1]):
        times = min([int(amount + up), *(left[item] // n for item, n in column.pattern.items())])
        if times:
            plan.append(problem.cheapest_for(Batch(column.pool, column.pattern, times)))
            for item, n in column.pattern.items():
                left[item] -= times * n
            if up == 1:
                break
    return plan


def useful_pools(problem: Problem, count, values, weights):
    score = [
        tighten(problem, t, count, values, dict(weights[t])) / max(problem.price[t], 1e-9)
        for t in range(len(problem.pools))
    ]
    kinds = {}
    for t, capacity in enumerate(problem.capacity):
        kinds.setdefault(tuple(map(bool, capacity)), []).append(t)
    use = set()
    for kind in kinds.values():
        top = max(score[t] for t in kind)
        good = [t for t in kind if score[t] >= TH * top][:G]
        rest = sorted((t for t in kind if t not in good), key=lambda t: -score[t])
        use |= {*good, *rest[: K - len(good)]}
    for item, n in enumerate(count):
        if n and not use & set(problem.pools_of[item]):
            use.add(max(problem.pools_of[item], key=score.__getitem__))
    return sorted(use)


def named(problem: Problem, plan: Iterable[Batch]) -> tuple[PlannedInstances, ...]:
    """The plan in callers' words: items become the shapes that were merged into them again."""
    supply = [list(copies.items()) for copies in problem.copies_by_name]
    instances: list[PlannedInstances] = []
    for pool, pattern, count in plan:
        while count:
            load: dict[str, int] = {}
            times = count
            for item, copies in pattern.items():
                name, rest = supply[item][-1]
                times = min(times, max(1, rest // copies))
            for item, copies in pattern.items():
                need = copies
                while need:
                    name, rest = supply[item][-1]
                    take = min(need, rest)
                    load[name] = load.get(name, 0) + take
                    need -= take
                    used = take * times
                    if used == rest:
                        supply[item].pop()
                    else:
                        supply[item][-1] = (name, rest - used)
            instances.append(PlannedInstances(problem.pools[pool].name, load, times))
            count -= times
    return tuple(instances)
