"""What does an instance cost on demand? The Price List query API; only some Regions answer it, for all of them.

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html (endpoints)
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from ballast.aws.kept import kept
from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.rebalance.snapshot import Market, Price
from ballast.telemetry import logger

EVERY = timedelta(days=1)
MOST = 20  # types that are asked for in one round; the others have their turn in the next ones
ENDPOINTS = (
    ("cn-", "cn-northwest-1"),
    ("eu-", "eu-central-1"),
    ("ap-", "ap-south-1"),
)  # in a Region of the same partition
ELSEWHERE = "us-east-1"
# One product of a type: Linux, with nothing installed, on hardware that is shared, and not in a capacity reservation.
PLAIN = {"operatingSystem": "Linux", "preInstalledSw": "NA", "tenancy": "Shared", "capacitystatus": "Used"}

type Known = dict[str, tuple[datetime, Price | None]]  # by type


def on_demand(types: Iterable[str], region: str, now: datetime) -> tuple[Price, ...]:
    """Of each type whose price is known; one that cannot be asked for anew keeps the price that it had."""
    wanted, known = sorted(set(types)), cast("Known", kept("price list"))
    due = [name for name in wanted if name not in known or now - known[name][0] >= EVERY]
    for name in due[:MOST]:
        try:
            known[name] = now, _price(name, region)
        except CallFailedError as error:
            logger.warning("the price of an instance type cannot be read", instance_type=name, why=str(error))
            break  # whoever refuses one of them refuses the others, and each refusal takes seconds
    found = (known[name][1] for name in wanted if name in known)
    return tuple(price for price in found if price)


def endpoint(region: str) -> str:
    """The Region that is asked. GovCloud has none of its own, and its credentials are of no use elsewhere: it is refused."""
    return next((where for prefix, where in ENDPOINTS if region.startswith(prefix)), ELSEWHERE)


def _price(instance_type: str, region: str) -> Price | None:
    filters = {"instanceType": instance_type, "regionCode": region, **PLAIN}
    asked: Any = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in filters.items()]
    prices: Any = client("pricing", endpoint(region))  # type: ignore[call-overload]  # no stubs of it are installed
    pages = prices.get_paginator("get_products")
    found = {
        rate
        for page in pages.paginate(ServiceCode="AmazonEC2", Filters=asked)
        for product in page["PriceList"]
        for rate in _rates(product)
    }
    if len(found) != 1:
        logger.warning("an instance type has no price", instance_type=instance_type, prices=len(found))
        return None
    [(currency, amount)] = found
    return Price(instance_type, Market.ON_DEMAND, amount, currency=currency)


def _rates(product: str) -> Iterator[tuple[str, float]]:
    """Each with its currency; what is no amount of money is left out.

    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html
    """
    try:
        terms = json.loads(product)["terms"]["OnDemand"].values()
        rates = [rate for term in terms for rate in term["priceDimensions"].values() if rate["unit"] == "Hrs"]
        for rate in rates:
            for currency, text in rate["pricePerUnit"].items():
                if is_price(amount := float(text)):
                    yield currency, amount
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        logger.warning("a product of the price list cannot be read", why=repr(error))


def is_price(amount: float) -> bool:
    """Nothing is free, and no instance costs a thousand an hour."""
    return math.isfinite(amount) and 0 < amount < 1_000  # noqa: PLR2004 - said in words
