"""What a group may have or have had: a warm pool, a zonal shift, several types, activities, faults of EC2."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from simulator.world.core.records import Shape


@dataclass(frozen=True, slots=True)
class LaunchFault:
    """Why EC2 refuses to launch; no `zones` means in all of them."""

    code: str
    message: str
    zones: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class WarmPool:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_WarmPoolConfiguration.html."""

    pool_state: str = "Stopped"  # or Running, Hibernated
    minimum: int = 0
    most_prepared: int | None = None
    reuse_on_scale_in: bool = False
    pending_delete: bool = False  # it takes nobody in, and is there until its last instance has ended


@dataclass(frozen=True, slots=True)
class ZonalShift:
    """In effect. https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_ZonalShiftInResource.html."""

    zone: str
    started_at_s: float
    expires_at_s: float
    autoshift: bool = False  # begun by AWS


@dataclass(frozen=True, slots=True)
class Activity:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Activity.html."""

    id: str
    started_at_s: float
    at_s: float  # its end
    description: str
    cause: str
    status: str  # Successful or Failed
    message: str = ""


@dataclass(frozen=True, slots=True)
class ScheduledAction:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ScheduledUpdateGroupAction.html."""

    name: str
    next_at_s: float
    desired: int | None
    minimum: int | None
    maximum: int | None
    daily: bool


@dataclass(frozen=True, slots=True)
class MixedPolicy:
    """https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html.

    `on_demand_percent` is the share above `on_demand_base`. Which type comes: `prioritized` the first that launches,
    `lowest-price` the cheapest in the zone; of every other Spot strategy nobody knows, so chance decides.
    """

    types: tuple[Shape, ...]
    on_demand: Literal["prioritized", "lowest-price"] = "prioritized"
    spot: Literal["price-capacity-optimized", "capacity-optimized", "lowest-price"] = "price-capacity-optimized"
    on_demand_base: int = 0
    on_demand_percent: int = 100
    weights: dict[str, int] = field(default_factory=dict)  # by type; ECS does not support them
