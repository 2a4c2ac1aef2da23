"""What the types of a cluster cost, as far as AWS tells: by the product's own readers of prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import batched

from ballast.aws import price_list, spot_prices
from ballast.words.incident import count
from ballast_cli.dump.group_records import Group
from ballast_cli.dump.records import Instance, Prices
from ballast_cli.dump.troubles import Troubles


def prices_of(
    instances: Iterable[Instance], groups: Iterable[Group], region: str, now: datetime, troubles: Troubles
) -> Prices:
    """On demand of every type, as every Spot instance may be replaced by one; Spot where there is any."""
    there, launches = tuple(instances), [group.launches for group in groups]
    names = sorted({i.type for i in there} | {name for each in launches for name in each.types})
    on_spot = {i.type for i in there if i.spot}
    on_spot |= {name for each in launches if each.buys_spot for name in each.types}
    listed = [
        p for some in batched(names, price_list.MOST, strict=False) for p in price_list.on_demand(some, region, now)
    ]
    spots = spot_prices.spot(on_spot, region, now) if on_spot else ()
    by_zone: dict[str, dict[str, float]] = defaultdict(dict)
    for price in spots:
        by_zone[price.instance_type][price.zone or ""] = price.per_hour
    for what, wanted, found in (
        ("on-demand", names, {p.instance_type for p in listed}),
        ("Spot", sorted(on_spot), by_zone.keys()),
    ):
        if unknown := [name for name in wanted if name not in found]:
            more = f" and {count(len(unknown) - 8, 'more type')}" if len(unknown) > 8 else ""  # noqa: PLR2004
            troubles.note(f"{what} prices: AWS tells none of {', '.join(unknown[:8])}{more}")
    currency = next((p.currency for p in (*listed, *spots)), spot_prices.currency_of(region))
    return Prices(currency, {p.instance_type: p.per_hour for p in listed}, dict(by_zone))
