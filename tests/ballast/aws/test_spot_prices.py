"""Spot prices by type and zone, as EC2 says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ballast.aws.spot_prices import LINUX, spot
from ballast.rebalance.snapshot import Market, Price
from tests.aws_stubs import REGION, Stubs

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def entry(price: str, zone: str = "eu-central-1a", minutes_ago: int = 60, product: str = LINUX[0]) -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes_ago)
    return {
        "InstanceType": "m7i.large", "AvailabilityZone": zone, "SpotPrice": price, "Timestamp": at,
        "ProductDescription": product,
    }  # fmt: skip


def answers(aws: Stubs, at: datetime, *entries: dict[str, Any]) -> None:
    asked = {"InstanceTypes": ["m7i.large"], "ProductDescriptions": list(LINUX), "StartTime": at}
    aws.answers("ec2", "describe_spot_price_history", asked, {"SpotPriceHistory": list(entries)})


def test_the_newest_of_a_zone_counts_and_of_two_products_the_dearer(aws: Stubs) -> None:
    answers(
        aws, NOW, entry("0.05", minutes_ago=90), entry("0.04"), entry("0.045", product=LINUX[1]), entry("0.06", "b")
    )

    assert set(spot(["m7i.large"], REGION, NOW)) == {
        Price("m7i.large", Market.SPOT, 0.045, "eu-central-1a"),
        Price("m7i.large", Market.SPOT, 0.06, "b"),
    }


def test_they_are_asked_for_every_quarter_of_an_hour(aws: Stubs) -> None:
    answers(aws, NOW, entry("0.04"))
    answers(aws, NOW + timedelta(minutes=15), entry("0.05"))

    prices = [spot(["m7i.large"], REGION, NOW + timedelta(minutes=minutes))[0].per_hour for minutes in (0, 14, 15)]

    assert prices == [0.04, 0.04, 0.05]


def test_without_an_answer_none_is_known_and_what_is_no_price_is_left_out(aws: Stubs) -> None:
    aws.refuses("ec2", "describe_spot_price_history", "UnauthorizedOperation")
    answers(aws, NOW, entry("free"), entry("0", "b"), entry("nan", "c"))

    assert spot(["m7i.large"], REGION, NOW) == ()
    assert spot(["m7i.large"], REGION, NOW) == ()


def test_prices_of_china_are_yuan_so_that_they_are_not_taken_for_dollars(aws: Stubs) -> None:
    answers(aws, NOW, entry("0.04"))

    assert [price.currency for price in spot(["m7i.large"], "cn-north-1", NOW)] == ["CNY"]
