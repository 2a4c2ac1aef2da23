"""Which patterns mix best? Gilmore and Gomory's linear program, its patterns made as its prices ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ballast.packing.bound import Fluid, Weights
from ballast.packing.patterns import contenders, fill, search, tighten, worth
from ballast.packing.problem import Batch, Pattern, Problem

SURPLUS, OUTSIDE = -1, -2
OUTSIDE_PRICE = 2.0  # times the fair value: dear enough to be left, cheap enough to keep the first prices sane
TINY = 1e-9
PAYS = 1 + 1e-6  # a pattern enters if it is worth this much of its price
STALE_ROUNDS = 75  # without an improvement of 0.02 %
LOOK, EASY, HARD = 40, 320, 20_000  # steps: what a look at one item counts for; what searches for a pattern may take


class Column(NamedTuple):
    """A pattern in a pool; or one copy more than is needed (SURPLUS); or one bought OUTSIDE the patterns."""

    pool: int
    pattern: Pattern
    price: float


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
    steps: int,
    tolerance: float,
) -> Mix:
    """The mix of patterns in `pools` that covers `count` at the least cost, nearly.

    It starts with the patterns of `start` and stops after `steps` steps of searching, when nothing gets better, or
    within `tolerance` $/h of the bound. Copies that no pattern covers at the end are not in the mix.
    """
    items = [item for item, n in enumerate(count) if n]
    bound = sum([value * n for value, n in zip(fluid.values, count, strict=True)])
    master = Master(items, count, [max(value, TINY) * OUTSIDE_PRICE for value in fluid.values])
    weights = {pool: dict(fluid.weights[pool]) for pool in pools}
    columns = [Column(pool, pattern, problem.price[pool]) for pool, pattern, _ in start]
    best, stale = float("inf"), 0
    while steps > 0:
        master.enter_best(columns)
        cost = master.cost()
        stale = 0 if cost < best * (1 - 2e-4) else stale + 1
        best = cost if not stale else best
        if stale > STALE_ROUNDS or cost < bound + tolerance:
            break
        values = master.values()
        columns = [Column(SURPLUS, {item: -1}, 0.0) for item in items if values[item] < -TINY]
        if not columns:
            columns, steps = _new_columns(problem, count, values, weights, steps)
        if not columns and not master.raise_outside():
            break
    values = [max(value, TINY) for value in master.values()]
    return Mix([(c, n) for c, n in zip(master.basis, master.level, strict=True) if c.pool >= 0 and n > TINY], values)


def _new_columns(
    problem: Problem, count: Sequence[int], values: Sequence[float], weights: dict[int, Weights], steps: int
) -> tuple[list[Column], int]:
    """Patterns worth more than their instance costs: easy ones of every pool, else a hard one; the steps left."""
    found: list[Column] = []
    hopeful: list[tuple[float, int, list[int]]] = []
    for pool, weight in weights.items():
        price = problem.price[pool]
        items = contenders(problem, pool, count, values)
        steps -= LOOK * len(items)
        hope = tighten(problem, pool, items, values, weight) / price if items else 0.0
        if hope > PAYS:
            greedy = fill(problem, pool, count, values)
            easy, _ = search(problem, pool, items, count, values, weight, 0.5 * price, EASY)
            pattern = max(easy, greedy, key=lambda candidate: worth(candidate, values))
            if worth(pattern, values) > price * PAYS:
                found.append(Column(pool, pattern, price))
            hopeful.append((-hope, pool, items))
    if found:
        return found, steps
    hopeful.sort()
    for limit in (HARD, steps // 2):
        for _, pool, items in hopeful:
            price, share = problem.price[pool], min(limit, steps)
            dense, rest = search(problem, pool, items, count, values, weights[pool], price * PAYS, share)
            steps -= share - rest
            if dense:
                return [Column(pool, dense, price)], steps
    return [], steps


class Master:
    """A basis (one column for each item), its explicit inverse, and the level of each of its columns."""

    def __init__(self, items: Sequence[int], count: Sequence[int], outside: Sequence[float]) -> None:
        self.width = len(count)
        self.row = {item: i for i, item in enumerate(items)}
        self.basis = [Column(OUTSIDE, {item: 1}, outside[item]) for item in items]
        self.level = [float(count[item]) for item in items]
        self.inverse = [[float(i == j) for j in range(len(items))] for i in range(len(items))]

    def cost(self) -> float:
        return sum([column.price * level for column, level in zip(self.basis, self.level, strict=True)])

    def values(self) -> list[float]:
        """What one more copy of each item would cost (the duals)."""
        duals = [0.0] * len(self.row)
        for column, row in zip(self.basis, self.inverse, strict=True):
            if price := column.price:
                duals = [dual + price * x for dual, x in zip(duals, row, strict=True)]
        values = [0.0] * self.width
        for item, i in self.row.items():
            values[item] = duals[i]
        return values

    def enter_best(self, columns: list[Column]) -> None:
        """Brings in the columns that pay, the best first, until none pays."""
        while columns:
            values = self.values()
            gains = [(worth(c.pattern, values) - c.price) / (c.price or 1.0) for c in columns]
            best = max(range(len(gains)), key=gains.__getitem__)
            if gains[best] <= PAYS - 1:
                return
            self._enter(columns.pop(best))

    def _enter(self, column: Column) -> None:
        """Swaps the column for the one that reaches zero first."""
        entries = [(self.row[item], copies) for item, copies in column.pattern.items()]
        rates = [sum([row[i] * copies for i, copies in entries]) for row in self.inverse]
        limits = [v / rate if rate > TINY else float("inf") for v, rate in zip(self.level, rates, strict=True)]
        amount, leaving = min((limit, i) for i, limit in enumerate(limits))
        if amount == float("inf"):
            return  # rounding errors only: a price that is not negative cannot fall without end
        pivot_row = self.inverse[leaving] = [x / rates[leaving] for x in self.inverse[leaving]]
        for i, rate in enumerate(rates):
            if rate and i != leaving:
                self.inverse[i] = [x - rate * y for x, y in zip(self.inverse[i], pivot_row, strict=True)]
                self.level[i] = max(0.0, self.level[i] - rate * amount)
        self.basis[leaving], self.level[leaving] = column, amount

    def raise_outside(self) -> bool:
        """Raises the price of the copies that are still bought outside; returns whether there are any."""
        outside = [i for i, column in enumerate(self.basis) if column.pool == OUTSIDE and self.level[i] > TINY]
        for i in outside:
            self.basis[i] = self.basis[i]._replace(price=self.basis[i].price * 1.5)
        return bool(outside)
