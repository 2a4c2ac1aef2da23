"""Phrases fit: a number with its thing, a list that is not a page."""

from __future__ import annotations

import pytest

from ballast.words.incident import count, few


@pytest.mark.parametrize(("number", "said"), [(0, "0 tasks"), (1, "1 task"), (2, "2 tasks")])
def test_one_thing_is_singular(number: int, said: str) -> None:
    assert count(number, "task") == said


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, ()), (5, ("0", "1", "2", "3", "4")), (6, ("0", "1", "2", "3", "4", "and 1 more"))],
)
def test_five_of_a_list_are_named_and_the_others_counted(number: int, shown: tuple[str, ...]) -> None:
    assert few([str(n) for n in range(number)]) == shown
