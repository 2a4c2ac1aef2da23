"""README's tables of what a stack costs, from the figures that `python -m benchmarks.cost --write` kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

FIGURES = "benchmarks/cost/figures.json"
COLUMNS = ("idle", "5 % a day", "idle, updates on", "worst month", "with all that costs")
LEAST_USD = 0.005  # that is a cent
PARTS_OF, PARTS_IN = "1000", ("idle", "worst month", "with all that costs")

type Month = Mapping[str, Mapping[str, float]]  # USD by column and line


def figures(root: Path) -> Mapping[str, Month]:
    """By number of instances."""
    months: Mapping[str, Month] = json.loads((root / FIGURES).read_text(encoding="utf-8"))["months"]
    return months


def cost(root: Path) -> str:
    """A month by the size of the fleet, and its parts at a thousand instances."""
    months = figures(root)
    sums = [[f"{int(n):,}", *(f"{sum(month[c].values()):.2f}" for c in COLUMNS)] for n, month in months.items()]
    parts = months[PARTS_OF]
    lines = [line for line in parts["idle"] if any(parts[c][line] >= LEAST_USD for c in PARTS_IN)]
    rows = [[line, *(f"{parts[c][line]:.2f}" for c in PARTS_IN)] for line in lines]
    return "\n\n".join(
        ["\n".join(_table(["Instances", *COLUMNS], sums)), "\n".join(_table(["At 1,000 instances", *PARTS_IN], rows))]
    )


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    heads = list(heads)
    return [_row(heads), _row(["---"] * len(heads)), *map(_row, rows)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
