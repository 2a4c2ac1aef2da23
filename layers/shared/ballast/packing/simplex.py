"""How much of which pattern covers the demand at the least price? The revised simplex method, small and plain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ballast.packing.filling import worth
from ballast.packing.problem import Pattern

SURPLUS, OUTSIDE = -1, -2
TINY = 1e-9
LEAST_GAIN = 1e-7  # of a column's price


class Column(NamedTuple):
    """A pattern in a pool; or one copy more than is needed (SURPLUS); or one bought OUTSIDE the patterns."""

    pool: int
    pattern: Pattern
    price: float


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
            if gains[best] <= LEAST_GAIN:
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
