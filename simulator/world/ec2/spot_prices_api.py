"""EC2 answers about Spot prices."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from simulator.world.autoscaling.group_shapes import zone_id
from simulator.world.core.core import Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.core.paging import page
from simulator.world.core.records import Shape
from simulator.world.ec2.types_api import known_types
from simulator.world.parts import Parts

PRODUCTS = ("Linux/UNIX", "Linux/UNIX (Amazon VPC)")
MOST = 1000
UNCHANGED_SINCE_S = -7 * 86_400.0  # what has not moved in the story has an older change


def describe_spot_price_history(world: Parts, params: Params, _actor: str) -> Output:
    """Newest first, by type, zone and product; those in effect at StartTime are among them, so that now shows today's.

    On the last page NextToken is an empty string. A price that is missing is left out.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
    """
    types, wanted = known_types(world), params.get("InstanceTypes")
    rules = {rule["Name"]: rule["Values"] for rule in params.get("Filters", ())}
    if rules.keys() - {"availability-zone", "instance-type", "product-description"}:
        raise AwsError("InvalidParameterValue", f"The filter '{next(iter(rules))}' is invalid")
    products = params.get("ProductDescriptions") or rules.get("product-description") or PRODUCTS
    found = [
        (since_s, shape, zone, product, price)
        for name, shape in types.items()
        if (not wanted or name in wanted) and name in rules.get("instance-type", [name])
        for zone in _zones(world, params, rules)
        for since_s, price in _within(world, shape, zone, params)
        if price is not None
        for product in PRODUCTS
        if product in products
    ]
    found.sort(key=lambda entry: -entry[0])
    size = min(params.get("MaxResults") or MOST, MOST)
    shown, token = page(found, params.get("NextToken") or None, size, error="InvalidNextToken")
    entries = [_shown(world, entry) for entry in shown]
    return {"SpotPriceHistory": entries, "NextToken": token or ""}


def _zones(world: Parts, params: Params, rules: dict[str, list[str]]) -> list[str]:
    zones = sorted({zone for group in world.groups.groups.values() for zone in group.zones})
    if "AvailabilityZone" in params:
        zones = [zone for zone in zones if zone == params["AvailabilityZone"]]
    return [zone for zone in zones if zone in rules.get("availability-zone", [zone])]


def _within(world: Parts, shape: Shape, zone: str, params: Params) -> list[tuple[float, Any]]:
    """The one in effect at StartTime, and those that came after it, up to EndTime."""
    prices = world.ec2.prices.spot_prices(shape, zone)
    begin_s, end_s = _at(world, params, "StartTime", float("-inf")), _at(world, params, "EndTime", world.clock.now_s)
    in_effect = max(number for number, (since_s, _) in enumerate(prices) if number == 0 or since_s <= begin_s)
    return [(since_s, price) for since_s, price in prices[in_effect:] if since_s <= end_s]


def _at(world: Parts, params: Params, name: str, otherwise: float) -> float:
    moment: datetime | None = params.get(name)
    if moment is None:
        return otherwise
    return world.clock.seconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _shown(world: Parts, entry: tuple[float, Shape, str, str, Any]) -> Output:
    since_s, shape, zone, product, price = entry
    return {
        "AvailabilityZone": zone,
        "AvailabilityZoneId": zone_id(zone),
        "InstanceType": shape.instance_type,
        "ProductDescription": product,
        "SpotPrice": price if isinstance(price, str) else f"{price:.6f}",
        "Timestamp": world.moment(max(since_s, UNCHANGED_SINCE_S)),
    }


OPERATIONS = {"DescribeSpotPriceHistory": describe_spot_price_history}
