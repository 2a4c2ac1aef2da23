"""Which patterns mix best? Gilmore and Gomory's linear program, its patterns made as its prices ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ballast.packing.bound import Fluid
from ballast.packing.filling import fill, search, swap, tighten, worth
from ballast.packing.problem import Batch, Pattern, Problem

SURPLUS, OUTSIDE = -1, -2
TINY = 1e-9
NC = 4
FR = 0.5
LV = 300
ST = 25


EXTRA=[]
class Column(NamedTuple):
    """A pattern in a pool, or a copy too many (SURPLUS), or a copy bought OUTSIDE at more than its fair price."""

    pool: int
    pattern: Pattern
    price: float


class Mix(NamedTuple):
    """How many instances of each pattern (fractions), and what a copy of each item costs then."""

    amounts: list[tuple[Column, float]]
    values: list[float]


class Master:
    """The revised simplex method with an explicit inverse of the basis: covers `count` at the least price."""

    def __init__(self, items: Sequence[int], count: Sequence[int], outside: Sequence[float]) -> None:
        self.items = items
        self.row = {item: i for i, item in enumerate(items)}
        self.basis = [Column(OUTSIDE, {item: 1}, outside[item]) for item in items]
        self.level = [float(count[item]) for item in items]
        self.inverse = [[float(i == j) for j in range(len(items))] for i in range(len(items))]

    def values(self, width: int) -> list[float]:
        """What one more copy of each item would cost."""
        duals = [0.0] * len(self.items)
        for column, row in zip(self.basis, self.inverse, strict=True):
            if column.price:
                duals = [d + column.price * x for d, x in zip(duals, row, strict=True)]
        values = [0.0] * width
        for item, dual in zip(self.items, duals, strict=True):
            values[item] = dual
        return values

    def enter(self, column: Column) -> None:
        """Brings the column into the basis, in place of the one that reaches zero first."""
        entries = [(self.row[item], copies) for item, copies in column.pattern.items()]
        rates = [sum([row[i] * copies for i, copies in entries]) for row in self.inverse]
        limits = [level / rate if rate > TINY else float("inf") for level, rate in zip(self.level, rates, strict=True)]
        leaving = min(range(len(limits)), key=limits.__getitem__)
        amount, pivot = limits[leaving], 1 / rates[leaving]
        pivot_row = self.inverse[leaving] = [x * pivot for x in self.inverse[leaving]]
        for i, rate in enumerate(rates):
            if rate and i != leaving:
                self.inverse[i] = [x - rate * y for x, y in zip(self.inverse[i], pivot_row, strict=True)]
                self.level[i] = max(0.0, self.level[i] - rate * amount)
        self.basis[leaving], self.level[leaving] = column, amount

    def enter_best(self, columns: list[Column], width: int) -> None:
        """Brings in the columns that pay, the best first, as long as one pays."""
        while columns:
            values = self.values(width)
            gains = [(worth(c.pattern, values) - c.price) / (c.price or 1.0) for c in columns]
            best = max(range(len(gains)), key=gains.__getitem__)
            if gains[best] <= 1e-7:
                return
            self.enter(columns.pop(best))


def best_mix(
    problem: Problem,
    count: Sequence[int],
    fluid: Fluid,
    pools: Sequence[int],
    start: Iterable[Batch],
    rounds: int,
    tolerance: float,
) -> Mix:
    """The mix of patterns with the least cost, as good as `rounds` rounds of pattern generation make it.

    Copies that no pattern covers well yet are bought outside, at a little more than their fair price: that keeps the
    prices sane from the first round. What the mix still buys outside at the end is not in it.
    """
    items = [item for item, n in enumerate(count) if n]
    width = len(count)
    master = Master(items, count, [max(value, TINY) * OUT for value in fluid.values])
    weights = {pool: dict(fluid.weights[pool]) for pool in pools}
    columns = [Column(pool, pattern, problem.price[pool]) for pool, pattern, _ in start]
    if ALLP: columns += [Column(t,x,problem.price[t]) for t,x in EXTRA]; EXTRA.clear()
    bound = sum([value * n for value, n in zip(fluid.values, count, strict=True)])
    best, stale = float("inf"), 0
    for _ in range(rounds):
        master.enter_best(columns, width)
        cost = sum([c.price * n for c, n in zip(master.basis, master.level, strict=True)])
        stale = 0 if cost < best * (1 - 2e-4) else stale + 1
        best = min(best, cost) if stale == 0 else best
        if stale > ST or (
            cost < bound + tolerance
            and not any(c.pool == OUTSIDE and n > TINY for c, n in zip(master.basis, master.level))
        ):
            break
        values = master.values(width)
        columns = [Column(SURPLUS, {item: -1}, 0.0) for item in items if values[item] < -TINY]
        columns = columns or _new_columns(problem, count, values, weights)
        if not columns and not _dearer_outside(master):
            break
    values = [max(value, TINY) for value in master.values(width)]
    return Mix([(c, n) for c, n in zip(master.basis, master.level, strict=True) if c.pool >= 0 and n > TINY], values)


def _dearer_outside(master: Master) -> bool:
    """Raises the price of what is still bought outside; returns whether there is any."""
    outside = [i for i, c in enumerate(master.basis) if c.pool == OUTSIDE and master.level[i] > 1e-6]
    for i in outside:
        master.basis[i] = master.basis[i]._replace(price=master.basis[i].price * RAISE)
    return bool(outside)


def _new_columns(
    problem: Problem, count: Sequence[int], values: Sequence[float], weights: dict[int, dict[int, float]]
) -> list[Column]:
    """Patterns worth more than their instance costs; harder to find, fewer of them."""
    found: list[Column] = []
    near: list[tuple[float, int, Pattern]] = []
    for pool, weight in weights.items():
        price = problem.price[pool] * (1 + 1e-6)
        if tighten(problem, pool, count, values, weight) <= price:
            continue
        pats = [search(problem, pool, count, values, weight, 0.5 * price, 20) or {}, fill(problem, pool, count, values)]
        good = [p for p in pats if worth(p, values) > price]
        if good:
            found += [Column(pool, p, problem.price[pool]) for p in good]
        else:
            pattern = max(pats, key=lambda p: worth(p, values))
            near.append((worth(pattern, values) / price, pool, pattern))
    near.sort(key=lambda n: (-n[0], n[1]))
    if len(found) < MIN:
      for ratio, pool, pattern in near[:SW]:
        if ratio > 0.9:
            better = swap(problem, pool, count, values, pattern)
            if worth(better, values) > problem.price[pool] * (1 + 1e-6):
                found.append(Column(pool, better, problem.price[pool]))
        if len(found) >= MIN: break
    if len(found) < 1:
      for _, pool, _ in near:
        better = search(problem, pool, count, values, weights[pool], problem.price[pool] * (1 + 1e-6), LV)
        if better:
            found.append(Column(pool, better, problem.price[pool]))
        if len(found) == 3:
            break
    return found
