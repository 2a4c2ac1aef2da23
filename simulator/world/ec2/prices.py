"""What instances cost: on demand by type, Spot by type and zone. Nothing in the model depends on it but who asks.

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from simulator.world.core.records import Shape

# What types cost of which a scenario says nothing: near the seventh generation of Graviton in us-east-1.
USD_PER_VCPU, USD_PER_GIB = Decimal("0.0297"), Decimal("0.0029")
SPOT_SHARES = (Decimal("0.36"), Decimal("0.39"), Decimal("0.42"), Decimal("0.45"))  # of the on-demand price, by zone

type Price = Decimal | str | None  # None: there is none; text: whatever the list says


def nominal_memory_mib(shape: Shape) -> int:
    """What the type has; an instance registers less with ECS.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html
    """
    return shape.nominal_memory_mib or -(-shape.memory_mib // 1024) * 1024


@dataclass(slots=True)
class PriceBook:
    """`on_demand` and `spot` hold what a scenario has set; the rest follows from the shape."""

    currency: str = "USD"
    listed: bool = True  # False: the Region has no price list
    on_demand: dict[str, Price] = field(default_factory=dict)
    spot: dict[tuple[str, str], list[tuple[float, Price]]] = field(default_factory=dict)  # by type and zone, since when
    extra_types: dict[str, Shape] = field(default_factory=dict)  # that EC2 has besides those of the groups

    def on_demand_price(self, shape: Shape) -> Price:
        if shape.instance_type in self.on_demand:
            return self.on_demand[shape.instance_type]
        gib = Decimal(nominal_memory_mib(shape)) / 1024
        return round(USD_PER_VCPU * shape.cpu / 1024 + USD_PER_GIB * gib, 4)

    def spot_price(self, shape: Shape, zone: str) -> Price:
        """The one of now."""
        return self.spot_prices(shape, zone)[-1][1]

    def spot_prices(self, shape: Shape, zone: str) -> list[tuple[float, Price]]:
        """Since when which price, oldest first."""
        first = (float("-inf"), self._usual_spot_price(shape, zone))
        return [first, *self.spot.get((shape.instance_type, zone), ())]

    def _usual_spot_price(self, shape: Shape, zone: str) -> Price:
        share = SPOT_SHARES[(ord(zone[-1]) - ord("a")) % len(SPOT_SHARES)]
        on_demand = self.on_demand_price(shape)
        return round(on_demand * share, 6) if isinstance(on_demand, Decimal) else None

    def assumed(self, shape: Shape, zone: str, *, spot: bool) -> Decimal:
        """What EC2 itself reckons with: it knows a price even where the list is wrong."""
        price = self.spot_price(shape, zone) if spot else self.on_demand_price(shape)
        return price if isinstance(price, Decimal) else Decimal(1000)
