"""What AWS asks for an instance on demand; whatever is no price is unknown."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ballast.aws.price_list import endpoint, on_demand
from ballast.rebalance.snapshot import Market, Price
from tests.aws_stubs import Stubs

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FRANKFURT = "eu-central-1"
OTHER = {"operatingSystem": "Linux", "preInstalledSw": "NA", "tenancy": "Shared", "capacitystatus": "Used"}


def asked(name: str) -> dict[str, Any]:
    filters = {"instanceType": name, "regionCode": FRANKFURT, **OTHER}
    return {
        "ServiceCode": "AmazonEC2",
        "Filters": [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in filters.items()],
    }


def product(**per_unit: str) -> str:
    dimension = {"unit": "Hrs", "pricePerUnit": per_unit}
    return json.dumps({"terms": {"OnDemand": {"a": {"priceDimensions": {"b": dimension}}}}})


def lists(aws: Stubs, name: str, *products: str) -> None:
    aws.answers(f"pricing {FRANKFURT}", "get_products", asked(name), {"PriceList": list(products)})


def test_a_price_is_asked_for_once_a_day(aws: Stubs) -> None:
    lists(aws, "m7i.large", product(USD="0.1208"))
    lists(aws, "m7i.large", product(USD="0.1"))

    first = on_demand(["m7i.large"], FRANKFURT, NOW)
    later = on_demand(["m7i.large"], FRANKFURT, NOW + timedelta(hours=23))
    next_day = on_demand(["m7i.large"], FRANKFURT, NOW + timedelta(hours=24))

    assert first == later == (Price("m7i.large", Market.ON_DEMAND, 0.1208),)
    assert next_day == (Price("m7i.large", Market.ON_DEMAND, 0.1),)


@pytest.mark.parametrize(
    "products",
    [
        [],
        [product(USD="0.0000000000")],
        [product(USD="-1")],
        [product(USD="NaN")],
        [product(USD="1e999")],
        [product(USD="2000")],
        [product(USD="a lot")],
        [json.dumps({"terms": {}})],
        ["{"],
        ["[]"],
        [product(USD="0.1"), product(USD="0.2")],
    ],
    ids=[
        "none",
        "free",
        "negative",
        "no number",
        "infinite",
        "absurd",
        "words",
        "no terms",
        "no JSON",
        "a list",
        "two",
    ],
)
def test_what_is_no_price_is_unknown(products: list[str], aws: Stubs) -> None:
    lists(aws, "m7i.large", *products)

    assert on_demand(["m7i.large"], FRANKFURT, NOW) == ()


def test_a_price_that_cannot_be_read_anew_stays_what_it_was(aws: Stubs) -> None:
    lists(aws, "m7i.large", product(USD="0.1208"))
    aws.refuses(f"pricing {FRANKFURT}", "get_products", "AccessDeniedException")

    on_demand(["m7i.large"], FRANKFURT, NOW)

    assert on_demand(["m7i.large"], FRANKFURT, NOW + timedelta(days=2))[0].per_hour == 0.1208


def test_in_another_currency_it_is_that_currency(aws: Stubs) -> None:
    lists(aws, "m7i.large", product(CNY="0.8"))

    assert on_demand(["m7i.large"], FRANKFURT, NOW)[0].currency == "CNY"


@pytest.mark.parametrize(
    ("region", "where"),
    [
        ("eu-west-3", "eu-central-1"),
        ("ap-northeast-1", "ap-south-1"),
        ("sa-east-1", "us-east-1"),
        ("cn-north-1", "cn-northwest-1"),
    ],
)
def test_the_list_is_asked_where_it_answers(region: str, where: str) -> None:
    assert endpoint(region) == where
