"""Which price of an instance is believed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.rebalance.prices import Prices
from ballast.rebalance.snapshot import Market, Price
from tests.ballast.rebalance.builders import an_instance

XLARGE = Price("m6i.xlarge", Market.ON_DEMAND, 0.2)
HOST = an_instance(1)


@pytest.mark.parametrize("amount", [0.0, -0.2, float("nan"), float("inf")])
def test_a_price_that_is_no_amount_of_money_is_unknown(amount: float) -> None:
    assert Prices([replace(XLARGE, per_hour=amount)]).of(HOST) is None


def test_a_price_that_is_missing_is_unknown_and_not_zero() -> None:
    assert Prices([]).of(HOST) is None
    assert Prices([XLARGE]).of(replace(HOST, instance_type="m6i.large")) is None
    assert Prices([XLARGE]).of(replace(HOST, market=None)) is None


def test_two_currencies_are_never_mixed() -> None:
    prices = Prices([XLARGE, Price("m6i.large", Market.ON_DEMAND, 0.7, currency="CNY")])

    assert prices.of(HOST) is None
    assert prices.currencies == ["CNY", "USD"]


def test_the_price_of_a_zone_comes_before_that_of_the_region_and_the_dearest_zone_counts() -> None:
    spot = [Price("m6i.xlarge", Market.SPOT, usd, zone) for zone, usd in (("a", 0.05), ("b", 0.08))]
    prices = Prices([*spot, replace(XLARGE, market=Market.SPOT)])

    assert prices.of(replace(HOST, market=Market.SPOT)) == 0.05
    assert prices.offered("m6i.xlarge", Market.SPOT, ("a", "b")) == 0.08
    assert prices.offered("m6i.xlarge", Market.SPOT, ("a", "c")) == 0.2


def test_a_zone_without_a_price_makes_the_offer_unknown() -> None:
    prices = Prices([Price("m6i.xlarge", Market.SPOT, 0.05, "a")])

    assert prices.offered("m6i.xlarge", Market.SPOT, ("a", "b")) is None


def test_told_twice_the_dearer_price_counts() -> None:
    assert Prices([XLARGE, replace(XLARGE, per_hour=0.3), XLARGE]).of(HOST) == 0.3


@pytest.mark.parametrize(("factor", "price"), [(0.6, 0.12), (0.0, 0.0), (-1.0, None), (float("nan"), None)])
def test_a_commitment_leaves_a_share_of_the_price(factor: float, price: float | None) -> None:
    assert Prices([XLARGE], {"m6i.xlarge": factor}).of(HOST) == (price if price is None else pytest.approx(price))
