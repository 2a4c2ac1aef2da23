"""Cells of a bar: what does not reach a whole one is added to the next part, and nothing is longer than the bar."""

from __future__ import annotations

from ballast_cli.drawing.cells import cells


def test_each_part_is_as_long_as_its_share() -> None:
    assert cells([0.25, 0.5], 8) == [2, 4]


def test_many_small_parts_are_together_as_long_as_they_are() -> None:
    assert sum(cells([0.01] * 50, 10)) == 5


def test_more_than_the_whole_is_cut_at_its_end() -> None:
    assert cells([0.75, 0.75, 0.5], 4) == [3, 1, 0]
