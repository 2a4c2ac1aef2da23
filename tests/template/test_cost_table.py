"""README's tables of what a stack costs are those of the bench, and the bench's are those of the template."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.cost.bill import bill
from benchmarks.cost.prices import PRICED_ON
from benchmarks.cost.report import CHEAPEST, DEAR, DEAREST, INSTANCES, MOST_USD, PLAYED, TARGET_AT, TEMPLATE, WORST
from benchmarks.cost.standing import standing
from benchmarks.cost.usage import Usage
from tests.builders import ROOT
from tools.cost_table import COLUMNS, FIGURES, cost, figures

STANDING = ("CloudWatch, alarms", "CloudWatch, dashboard", "SQS, empty polls")


@pytest.mark.parametrize(("column", "parameters"), [*((c, CHEAPEST) for c in COLUMNS if c != DEAR), (DEAR, DEAREST)])
def test_what_stands_in_the_figures_is_what_the_template_has_now(column: str, parameters: dict[str, str]) -> None:
    """Otherwise: python -m benchmarks.cost --write, then make docs."""
    now = bill(Usage(), standing(ROOT / TEMPLATE, {**PLAYED, **parameters}))

    for month in figures(ROOT).values():
        assert [month[column][line] for line in STANDING] == pytest.approx([now[line] for line in STANDING], abs=1e-4)


def test_the_figures_are_of_the_prices_and_sizes_that_the_bench_has() -> None:
    assert json.loads((ROOT / FIGURES).read_text())["priced"] == PRICED_ON
    assert [*figures(ROOT)] == [str(instances) for instances in INSTANCES]


def test_the_worst_month_meets_its_target() -> None:
    worst = {int(n): sum(month[WORST].values()) for n, month in figures(ROOT).items()}

    assert all(usd <= MOST_USD for n, usd in worst.items() if n <= TARGET_AT)


def test_a_month_is_the_sum_of_its_lines_and_a_line_of_no_cent_is_left_out(tmp_path: Path) -> None:
    months = {"1000": {column: {"Alarms": 1.2, "SNS": 0.001} for column in COLUMNS}}
    (tmp_path / FIGURES).parent.mkdir(parents=True)
    (tmp_path / FIGURES).write_text(json.dumps({"months": months}))

    assert cost(tmp_path).splitlines() == [
        "| Instances | idle | 5 % a day | idle, updates on | worst month | with all that costs |",
        "| --- | --- | --- | --- | --- | --- |",
        "| 1,000 | 1.20 | 1.20 | 1.20 | 1.20 | 1.20 |",
        "",
        "| At 1,000 instances | idle | worst month | with all that costs |",
        "| --- | --- | --- | --- |",
        "| Alarms | 1.20 | 1.20 | 1.20 |",
    ]
