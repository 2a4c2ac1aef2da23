"""What does an instance cost? A price that is missing, no amount of money or of another currency is unknown, never 0."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from ballast.rebalance.snapshot import Instance, Market, Price

type Key = tuple[str, str | None, Market]


class Prices:
    """Of one cluster. One currency: where several are told, none is known, since sums of them mean nothing."""

    def __init__(self, prices: Iterable[Price], factors: Mapping[str, float] | None = None) -> None:
        prices = tuple(prices)
        self.currencies = sorted({price.currency for price in prices})
        self._factors = factors or {}
        one = prices if len(self.currencies) == 1 else ()
        self._known: dict[Key, float] = {}
        for price in one:
            if math.isfinite(price.per_hour) and price.per_hour > 0:
                key = (price.instance_type, price.zone, price.market)
                self._known[key] = max(price.per_hour, self._known.get(key, 0.0))  # told twice: the dearer

    def of(self, instance: Instance) -> float | None:
        """Its price per hour, or None where that is unknown."""
        if instance.market is None:
            return None
        return self.offered(instance.instance_type, instance.market, (instance.zone,))

    def offered(self, instance_type: str, market: Market, zones: Iterable[str]) -> float | None:
        """The dearest of these zones; None where one of them is unknown, as nobody knows which it will be."""
        found = [self._in(instance_type, market, zone) for zone in zones]
        known = [price for price in found if price is not None]
        factor = self._factor(instance_type)
        if not known or len(known) < len(found) or not (math.isfinite(factor) and factor >= 0):
            return None
        return max(known) * factor

    def _factor(self, instance_type: str) -> float:
        """Its own, or that of its family."""
        family = f"{instance_type.partition('.')[0]}.*"
        return self._factors.get(instance_type, self._factors.get(family, 1.0))

    def _in(self, instance_type: str, market: Market, zone: str) -> float | None:
        here = self._known.get((instance_type, zone, market))
        return self._known.get((instance_type, None, market)) if here is None else here
