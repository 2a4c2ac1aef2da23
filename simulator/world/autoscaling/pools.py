"""Which types and markets a group tries in a zone, and in which order.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from random import Random

from simulator.world.autoscaling.attached_records import MixedPolicy
from simulator.world.autoscaling.group_records import Group
from simulator.world.core.records import Shape
from simulator.world.ec2.prices import PriceBook


@dataclass(frozen=True, slots=True)
class Pool:
    """One type in one zone, on demand or Spot."""

    shape: Shape
    zone: str
    spot: bool

    @property
    def market(self) -> str:
        return "spot" if self.spot else "on-demand"


def pools_in(group: Group, zone: str, rng: Random, prices: PriceBook) -> list[Pool]:
    """One pool for a group of one type; `rng` is asked only where nobody knows which type comes."""
    if group.mixed is None:
        return [Pool(group.shape, zone, group.spot)]
    spot = _spot_is_next(group, group.mixed)
    types = list(group.mixed.types)
    strategy = group.mixed.spot if spot else group.mixed.on_demand
    if strategy == "lowest-price":
        types.sort(key=lambda shape: prices.assumed(shape, zone, spot=spot))
    elif strategy != "prioritized":
        rng.shuffle(types)
    return [Pool(shape, zone, spot) for shape in types]


def _spot_is_next(group: Group, mixed: MixedPolicy) -> bool:
    """First the base, then the share above it, rounded up in favour of on-demand instances.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
    """
    members = group.staying
    on_demand = sum(not member.instance.spot for member in members)
    above = max(0, len(members) + 1 - mixed.on_demand_base)
    return on_demand >= mixed.on_demand_base + ceil(above * mixed.on_demand_percent / 100)
