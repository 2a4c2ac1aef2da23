from __future__ import annotations

import pytest

from benchmarks.tables import Measure, show


def test_a_ratio_is_the_peers_figure_divided_by_ours() -> None:
    assert Measure("calls [calls]", 4, {"peer": 10}).ratio("peer") == 2.5


@pytest.mark.parametrize(("ours", "theirs"), [(0, 5), (None, 5), (5, None)])
def test_there_is_no_ratio_without_two_figures(ours: float | None, theirs: float | None) -> None:
    assert Measure("calls [calls]", ours, {"peer": theirs}).ratio("peer") is None


@pytest.mark.parametrize(("ours", "missed"), [(3, False), (3.01, True), (None, True)])
def test_a_target_is_missed_above_it_or_without_a_figure(ours: float | None, missed: bool) -> None:  # noqa: FBT001 - a case
    assert Measure("calls [calls]", ours, most=3).missed is missed


def test_the_table_names_units_figures_ratio_and_the_missed_target(capsys: pytest.CaptureFixture[str]) -> None:
    met = show("Calls", [Measure("calls [calls]", 4, {"peer": 10}, most=3)], ours="Ballast")

    printed = capsys.readouterr().out
    assert met is False
    for text in ("calls [calls]", "Ballast", "peer", "2.50", "≤ 3", "NO"):
        assert text in printed


def test_all_is_met_when_no_measure_misses() -> None:
    assert show("Calls", [Measure("calls [calls]", 3, most=3), Measure("others [calls]", 99)], ours="Ballast") is True
