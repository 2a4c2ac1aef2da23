"""What would come if a group launched now? The type that is known to come, or the worst of all that may."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from ballast.packing.model import Pool
from ballast.rebalance.acts import Try
from ballast.rebalance.asks import Ask, offered
from ballast.rebalance.ground import Ground, clean, zones
from ballast.rebalance.parts import Part
from ballast.rebalance.shortages import is_aside
from ballast.rebalance.snapshot import Group, Offer, Picks

GROUP_RETRIES = timedelta(minutes=15)  # a group that wants more than it has launches again by itself


def coming(ground: Ground, group: Group) -> tuple[Offer, ...]:
    """The types that may come, without those put aside in every zone."""
    offers = [offer for offer in group.offers if _open_zones(ground, group, offer)]
    if not offers or group.picks is Picks.UNKNOWN:
        return tuple(offers)
    if group.picks is Picks.FIRST:
        return (offers[0],)
    priced = [(ground.prices.offered(o.instance_type, o.market, zones(group)), o) for o in offers]
    known = [(usd, o) for usd, o in priced if usd is not None]
    if len(known) < len(priced):
        return tuple(offers)  # which is the cheapest, nobody knows
    return (min(known, key=lambda each: (each[0], each[1].instance_type))[1],)


def worst(ground: Ground, part: Part) -> Pool | None:
    """As one pool: the least of each resource and the dearest price; None where nothing comes or a price is unknown."""
    group = part.group
    offers = coming(ground, group) if group else ()
    if group is None or not offers:
        return None
    prices = [ground.prices.offered(o.instance_type, o.market, zones(group)) for o in offers]
    known = [usd for usd in prices if usd is not None]
    if len(known) < len(prices):
        return None
    return Pool(group.name, "/".join(o.instance_type for o in offers), least(offers), max(known))


def least(offers: Iterable[Offer]) -> dict[str, int]:
    capacities = [clean(o.capacity) for o in offers]
    names = {name for capacity in capacities for name in capacity}
    return {name: min(c.get(name, 1 if name.startswith("port:") else 0) for c in capacities) for name in sorted(names)}


def holds(capacity: dict[str, int], ask: Ask) -> bool:
    needs = ask.requirements.items()
    return all(amount <= capacity.get(name, 1 if name.startswith("port:") else 0) for name, amount in needs)


def takes(ground: Ground, group: Group, ask: Ask) -> bool:
    """Whether whatever comes is known to take one copy."""
    offers = coming(ground, group)
    return bool(offers) and all(offered(o, ask, zones(group)) and holds(clean(o.capacity), ask) for o in offers)


def tries(ground: Ground, parts: Sequence[Part]) -> tuple[Try, ...]:
    """The calls that may bring an instance, best first: each group once, or with LaunchInstances each of its zones."""
    made: list[Try] = []
    for part in parts:
        if part.group and not ground.policy.launch_instances:
            made.append(Try(part.group.name))
        elif part.group:
            made += [Try(part.group.name, zone) for zone in _zones_in_turn(ground, part)]
    return tuple(made)


def _zones_in_turn(ground: Ground, part: Part) -> list[str]:
    """Those with the fewest instances first; a zonal shift and what is put aside left out."""
    group = part.group
    if group is None:
        return []
    shifted = group.capacity.shift.zones if group.capacity.shift else frozenset()
    may = {zone for offer in group.offers for zone in _open_zones(ground, group, offer)} - shifted
    count = {zone: sum(i.zone == zone for i in part.instances) for zone in may}
    return sorted(may, key=lambda zone: (count[zone], zone))


def _open_zones(ground: Ground, group: Group, offer: Offer) -> list[str]:
    return [
        zone
        for zone in zones(group)
        if not is_aside(
            ground.snapshot.shortages, ground.now,
            group=group.name, instance_type=offer.instance_type, zone=zone, market=offer.market,
        )
    ]  # fmt: skip


def room_to_grow(group: Group) -> int:
    return max(0, group.max_size - group.capacity.desired)


def unjoined(ground: Ground, group: Group) -> int:
    """Instances in service that ECS does not know: until they have joined, more of their kind may be of no use either."""
    return len(group.capacity.in_service - {instance.id for instance in ground.snapshot.instances})


def retries(ground: Ground, group: Group) -> bool:
    """Whether raising it further buys nothing: it wants more than it has and goes on launching, or what it had does not join."""
    has = len(group.capacity.in_service) + len(group.capacity.starting)
    since = group.desired_since
    if since is not None and ground.now - since >= GROUP_RETRIES:
        return unjoined(ground, group) > 0
    return group.capacity.desired > has
