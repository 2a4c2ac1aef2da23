"""Money as it is told: what is shown sums to what is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.words.money import in_thousandths, thousandths, usd, usd_of


@pytest.mark.parametrize(
    ("micro", "told"),
    [
        (0, "0.000 USD/h"),
        (1, "less than 0.001 USD/h"),
        (999, "less than 0.001 USD/h"),
        (1_499, "0.001 USD/h"),
        (1_500, "0.002 USD/h"),
        (12_345_678, "12.346 USD/h"),
    ],
)
def test_an_amount_is_told_in_thousandths_and_never_as_nothing_when_it_is_something(micro: int, told: str) -> None:
    assert usd(micro) == told


def test_a_price_is_told_the_same_way() -> None:
    assert usd_of(0.192) == "0.192 USD/h"
    assert thousandths(1_000) == "1.000"


def test_of_rows_those_round_up_that_lose_most() -> None:
    """Each alone would be 0.000, and their sum 0.001."""
    assert in_thousandths([333, 334, 333]) == [0, 1, 0]
    assert in_thousandths([]) == []


@given(st.lists(st.integers(0, 10**9), max_size=30))
def test_what_is_shown_of_rows_sums_to_what_is_shown_of_their_sum(amounts: list[int]) -> None:
    rows = in_thousandths(amounts)

    assert f"{thousandths(sum(rows))} USD/h" == usd(sum(amounts)) or sum(amounts) < 1_000
    assert sum(rows) == (sum(amounts) + 500) // 1000
    assert all(abs(row * 1000 - amount) < 1000 for row, amount in zip(rows, amounts, strict=True))
