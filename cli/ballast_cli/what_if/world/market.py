"""Prices as the dump has them; where it has none, the world tells none."""

from __future__ import annotations

from decimal import Decimal

from ballast_cli.dump.records import Dump
from ballast_cli.what_if.world.shapes import Shapes
from simulator.world import World

SINCE_S = -86_400.0


def set_prices(world: World, dump: Dump, shapes: Shapes) -> None:
    """All in one currency, whatever it is called."""
    book = world.ec2.prices
    zones = {each.zone for each in dump.instances} | {zone for group in dump.groups for zone in group.zones}
    for each in dump.types:
        listed = dump.prices.on_demand.get(each.name)
        book.on_demand[each.name] = None if listed is None else Decimal(str(listed))
        book.extra_types[each.name] = shapes.of_next(None, each.name)
        for zone in zones:
            spot = dump.prices.spot.get(each.name, {}).get(zone)
            book.spot[each.name, zone] = [(SINCE_S, None if spot is None else Decimal(str(spot)))]
