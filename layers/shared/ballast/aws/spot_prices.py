"""What does an instance cost on the Spot market now? By zone, as EC2 tells; prices move a few times a day.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast

from ballast.aws.kept import kept
from ballast.aws.price_list import is_price
from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.rebalance.snapshot import USD, Market, Price
from ballast.telemetry import logger

EVERY = timedelta(minutes=15)
LINUX = ("Linux/UNIX", "Linux/UNIX (Amazon VPC)")
type Known = dict[str, tuple[datetime, tuple[Price, ...]]]  # by type


def spot(types: Iterable[str], region: str, now: datetime) -> tuple[Price, ...]:
    """Those in effect; none where EC2 cannot be asked, as an older one may be far from the truth."""
    wanted, known = sorted(set(types)), cast("Known", kept("spot prices"))
    due = [name for name in wanted if name not in known or now - known[name][0] >= EVERY]
    if due:
        try:
            found = _asked(due, currency_of(region), now)
        except CallFailedError as error:
            logger.warning("Spot prices cannot be read", why=str(error))
            return ()
        known.update({name: (now, tuple(p for p in found if p.instance_type == name)) for name in due})
    return tuple(price for name in wanted for price in known[name][1])


def currency_of(region: str) -> str:
    """EC2 does not tell it. The price list of the Regions of China is in yuan, so their Spot prices are taken for yuan."""
    return "CNY" if region.startswith("cn-") else USD


def _asked(types: list[str], currency: str, now: datetime) -> list[Price]:
    """The newest of each type and zone; of two products the dearer. From `now` on EC2 answers what is in effect."""
    newest: dict[tuple[str, str, str], tuple[datetime, float]] = {}
    names: Any = types
    pages = client("ec2").get_paginator("describe_spot_price_history")
    for page in pages.paginate(InstanceTypes=names, ProductDescriptions=list(LINUX), StartTime=now):
        for raw in page["SpotPriceHistory"]:
            key = str(raw["InstanceType"]), raw["AvailabilityZone"], str(raw["ProductDescription"])
            amount = _amount(raw["SpotPrice"])
            if amount is not None and (key not in newest or raw["Timestamp"] > newest[key][0]):
                newest[key] = raw["Timestamp"], amount
    dearest: dict[tuple[str, str], float] = {}
    for (name, zone, _), (_, amount) in newest.items():
        dearest[name, zone] = max(amount, dearest.get((name, zone), 0.0))
    return [Price(name, Market.SPOT, amount, zone, currency) for (name, zone), amount in dearest.items()]


def _amount(text: str) -> float | None:
    try:
        amount = float(text)
    except ValueError:
        return None
    return amount if is_price(amount) else None
