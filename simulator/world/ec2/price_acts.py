"""What AWS does to prices; see docs/simulator.md."""

from __future__ import annotations

from decimal import Decimal

from simulator.world.core.records import InstanceState, Shape
from simulator.world.ec2.prices import Price
from simulator.world.ec2.types_api import known_types
from simulator.world.parts import Parts

LEAST, MOST = Decimal("0.05"), Decimal(1)  # of the on-demand price, between which Spot prices drift


class PriceActs(Parts):
    def set_price(self, instance_type: str, usd_per_hour: float | str | None) -> None:
        """The on-demand price in the list: a number, 0 or negative too, any text, or None where there is none.

        https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html
        """
        self.ec2.prices.on_demand[instance_type] = _price(usd_per_hour)
        self.note("price_set", instance_type=instance_type, price=usd_per_hour)

    def set_spot_price(self, instance_type: str, zone: str, usd_per_hour: float | str | None) -> None:
        """From now on; the history keeps what was before.

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-history.html
        """
        self.ec2.prices.spot.setdefault((instance_type, zone), []).append((self.clock.now_s, _price(usd_per_hour)))
        self.note("price_set", instance_type=instance_type, zone=zone, price=usd_per_hour)

    def drift_spot_prices(self, *, every_s: float = 300.0, by: float = 0.05) -> None:
        """Each Spot price moves by up to the share `by`, up or down, at most to the on-demand price.

        "Spot prices are set by Amazon EC2 and adjust gradually."
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances.html
        """

        def move() -> None:
            book = self.ec2.prices
            zones = sorted({zone for group in self.groups.groups.values() for zone in group.zones})
            for name, shape in sorted(known_types(self).items()):
                for zone in zones:
                    now, most = book.spot_price(shape, zone), book.on_demand_price(shape)
                    if isinstance(now, Decimal) and isinstance(most, Decimal) and most > 0:
                        moved = now * (1 + Decimal(str(round(self.between((-by, by)), 6))))
                        moved = round(max(LEAST * most, min(MOST * most, moved)), 6)
                        book.spot.setdefault((name, zone), []).append((self.clock.now_s, moved))
            self.clock.after(every_s, move)

        self.clock.after(every_s, move)

    def change_price_list(self, *, currency: str = "USD", listed: bool = True) -> None:
        """Prices in another currency, as in China; not `listed`: the Region has no products at all.

        https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
        """
        self.ec2.prices.currency, self.ec2.prices.listed = currency, listed

    def know_type(self, shape: Shape) -> None:
        """EC2 has the type, though no group launches it."""
        self.ec2.prices.extra_types[shape.instance_type] = shape

    def usd_per_hour(self, group: str | None = None) -> Decimal:
        """What runs now costs so much, of one group or in all: the true price, whatever the list says."""
        alive = (InstanceState.PENDING, InstanceState.RUNNING, InstanceState.SHUTTING_DOWN)
        return sum(
            (
                self.ec2.prices.assumed(instance.shape, instance.zone, spot=instance.spot)
                for instance in self.ec2.instances.values()
                if instance.state in alive and group in (None, instance.group)
            ),
            Decimal(0),
        )


def _price(given: float | str | None) -> Price:
    return given if given is None or isinstance(given, str) else Decimal(str(given))
