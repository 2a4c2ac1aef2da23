"""Which instances should be bought for a demand?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ballast.packing.bound import Fluid, fluid
from ballast.packing.checks import check_money, checked_demand, checked_pools
from ballast.packing.mixing import Mix, best_mix
from ballast.packing.model import CapacityPlan, PlannedInstances, Pool, Shape
from ballast.packing.patterns import contenders, fill, tighten, worth
from ballast.packing.problem import Batch, Pattern, Problem

STEPS, LEAST_STEPS = 1_700_000, 40_000  # of the first mix; each level below may take a third
LEVELS = 8
MANY_ITEMS = 80  # with more the linear program costs more time than it wins money
MIX_GAP, PLAN_GAP = 0.0005, 0.001  # above the bound: near enough to stop


def plan_capacity(
    demand: Mapping[Shape, int], pools: Iterable[Pool], *, value_by_shape: Mapping[str, float] | None = None
) -> CapacityPlan:
    """The instances to buy so that every copy has a place, at nearly the least cost.

    `value_by_shape` ($/h of one copy, from the `lower_bound` of the whole cluster's demand) makes a plan for a part of
    that demand fit in with the rest: it fills instances by these values instead of the part's own.
    Raises UnplaceableError if a shape fits no pool and ValueError if the input makes no sense.
    """
    problem = Problem(checked_demand(demand), checked_pools(pools, demand).values())
    prices = fluid(problem)
    bound = sum([value * n for value, n in zip(prices.values, problem.count, strict=True)])
    for name, value in (value_by_shape or {}).items():
        check_money(value, f"the value of shape '{name}'")
    instances = in_callers_words(problem, cheap_plan(problem, prices, value_by_shape or {}))
    price = {pool.name: pool.price_usd_per_hour for pool in problem.pools}
    return CapacityPlan(instances, sum(price[i.pool] * i.count for i in instances), bound)


def cheap_plan(problem: Problem, prices: Fluid, hint: Mapping[str, float]) -> list[Batch]:
    """Rounds the best mix of patterns down, and does the same to the rest, level by level, until nothing is left.

    At each level the rest could as well be planned greedily: the cheapest of all these plans wins.
    """
    bound = sum([value * n for value, n in zip(prices.values, problem.count, strict=True)])
    values = [
        max([hint.get(name, value) for name in copies])
        for copies, value in zip(problem.copies_by_name, prices.values, strict=True)
    ]
    left, steps = list(problem.count), STEPS
    pools = useful_pools(problem, prices, left)
    levels, first_rounds = (LEVELS, 6) if len(left) <= MANY_ITEMS else (0, 16)
    best, start = corrected_plan(problem, left, values, pools, first_rounds)
    plan: list[Batch] = []
    for _ in range(levels):
        if problem.cost(best) <= bound * (1 + PLAN_GAP) or not any(left):
            break
        mix = best_mix(problem, left, prices, pools, start, steps, MIX_GAP * bound)
        taken = round_down(mix, left)
        plan += taken
        rest, start = corrected_plan(problem, left, mix.values, pools, 3)
        best = min(best, plan + rest, key=problem.cost)
        if not taken:
            break
        start += [Batch(column.pool, column.pattern, 1) for column, _ in mix.amounts]
        start = [b for b in start if all(left[item] >= n for item, n in b.pattern.items())]
        steps = max(steps // 3, LEAST_STEPS)
    return best


def round_down(mix: Mix, left: list[int]) -> list[Batch]:
    """Takes the whole instances of the mix out of `left`; if there are none, one of the pattern used most."""
    plan: list[Batch] = []
    most_used_first = sorted(mix.amounts, key=lambda amount: -amount[1])
    for least in (0, 1):
        for column, amount in most_used_first:
            times = min([max(least, int(amount + 1e-6)), *(left[item] // n for item, n in column.pattern.items())])
            if times and not (least and plan):
                plan.append(Batch(column.pool, column.pattern, times))
                for item, n in column.pattern.items():
                    left[item] -= times * n
    return plan


def corrected_plan(
    problem: Problem, count: Sequence[int], values: Sequence[float], pools: Iterable[int], rounds: int
) -> tuple[list[Batch], list[Batch]]:
    """The cheapest plan of a few rounds of sequential value correction, and every pattern that was looked at.

    An item that ended up on badly filled instances cost more than its value: it is worth more in the next round and gets
    its place earlier (the idea: Belov and Scheithauer, "Setup and open-stacks minimization", 2007).
    """
    values = [max(value, 1e-9) for value in values]
    tried: list[Batch] = []
    best: list[Batch] = []
    best_cost = float("inf")
    for _ in range(rounds):
        plan, paid = _greedy_plan(problem, count, values, pools, tried)
        cost = problem.cost(plan)
        if cost < best_cost - 1e-9:
            best, best_cost = plan, cost
        values = [
            (2 * value + spent / n) / 3 if n else value for value, spent, n in zip(values, paid, count, strict=True)
        ]
    return best, tried


def _greedy_plan(
    problem: Problem, count: Sequence[int], values: list[float], pools: Iterable[int], tried: list[Batch]
) -> tuple[list[Batch], list[float]]:
    """A plan, and what each item paid in it in $/h: its value's share of the instances that hold it."""
    left = list(count)
    plan: list[Batch] = []
    paid = [0.0] * len(left)
    offers: dict[int, tuple[float, Pattern]] = {}
    while any(left):
        for pool in pools:
            # An offer stands for as long as there are tasks for it: with fewer tasks left, fill() takes the same steps.
            if pool not in offers or any(left[item] < n for item, n in offers[pool][1].items()):
                pattern = fill(problem, pool, left, values)
                offers[pool] = worth(pattern, values) / problem.price[pool], pattern
                if pattern:
                    tried.append(Batch(pool, pattern, 1))
        pool = max(offers, key=lambda t: offers[t][0])
        gain, pattern = offers[pool]
        times = min([left[item] // n for item, n in pattern.items()])
        plan.append(Batch(pool, pattern, times))
        for item, n in pattern.items():
            left[item] -= times * n
            paid[item] += times * n * values[item] / gain
    return plan, paid


def useful_pools(problem: Problem, prices: Fluid, count: Sequence[int]) -> list[int]:
    """At most ten pools of a kind (with GPU, without, …; more for few items) worth filling, small ones first.

    Small instances leave less over at the end. Each item keeps the best of its own pools.
    """
    score = [
        tighten(problem, pool, items, prices.values, dict(prices.weights[pool])) / problem.price[pool] if items else 0.0
        for pool in range(len(problem.pools))
        for items in [contenders(problem, pool, count, prices.values)]
    ]
    kinds: dict[tuple[bool, ...], list[int]] = {}
    for pool, capacity in enumerate(problem.capacity):
        kinds.setdefault(tuple(map(bool, capacity)), []).append(pool)
    limit = max(10, 200 // (len(count) + 1))
    useful: set[int] = set()
    for kind in kinds.values():
        best_first = sorted(kind, key=lambda pool: -score[pool])
        good = [pool for pool in kind if score[pool] >= 0.97 * score[best_first[0]]][: limit - 2]
        useful |= {*good, *[pool for pool in best_first if pool not in good][: limit - len(good)]}
    for item, n in enumerate(count):
        if n and not useful & set(problem.pools_of[item]):
            useful.add(max(problem.pools_of[item], key=score.__getitem__))
    return sorted(useful)


def in_callers_words(problem: Problem, plan: Iterable[Batch]) -> tuple[PlannedInstances, ...]:
    """Items become again the shapes that were merged into them: so many copies of this one, then of the next."""
    supply = [list(copies.items()) for copies in problem.copies_by_name]
    instances: list[PlannedInstances] = []
    for pool, pattern, count in plan:
        unnamed = count
        while unnamed:
            # As many instances at once as the next shape of each item lasts; one, if an item needs several shapes.
            times = max(1, min([unnamed, *(supply[item][-1][1] // n for item, n in pattern.items())]))
            load: dict[str, int] = {}
            for item, copies in pattern.items():
                missing = copies
                while missing:
                    name, available = supply[item].pop()
                    load[name] = min(missing, available // times)
                    missing -= load[name]
                    if available > load[name] * times:
                        supply[item].append((name, available - load[name] * times))
            instances.append(PlannedInstances(problem.pools[pool].name, load, times))
            unnamed -= times
    return tuple(instances)
