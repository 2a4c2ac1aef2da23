"""How is money told? In thousandths of a dollar an hour; rows so that what is shown sums to the sum that is shown."""

from __future__ import annotations

from collections.abc import Sequence

MICRO = 1_000_000
SHOWN = 1_000  # millionths in the last digit that is shown


def usd(micro: int) -> str:
    """An amount alone: what is more than nothing is never shown as nothing."""
    if 0 < micro < SHOWN:
        return "less than 0.001 USD/h"
    return f"{thousandths(_half_up(micro))} USD/h"


def usd_of(amount: float) -> str:
    return usd(round(amount * MICRO))


def in_thousandths(amounts: Sequence[int]) -> list[int]:
    """Of millionths, none below 0: each up or down by less than one, so that their sum is the rounded sum of all."""
    whole = [amount // SHOWN for amount in amounts]
    missing = _half_up(sum(amounts)) - sum(whole)
    for number in sorted(range(len(amounts)), key=lambda n: (-(amounts[n] % SHOWN), n))[:missing]:
        whole[number] += 1
    return whole


def thousandths(number: int) -> str:
    return f"{number // SHOWN}.{number % SHOWN:03d}"


def _half_up(micro: int) -> int:
    return (micro + SHOWN // 2) // SHOWN
