"""What a dump holds of an Auto Scaling group.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from ballast.value import dataclass

ALL = 100  # percent


@dataclass(frozen=True, slots=True)
class Member:
    """`version`: of the launch template that it was launched from."""

    instance: str
    state: str = "InService"
    protected: bool = False
    healthy: bool = True
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """What a group launches from: `version` as it names it, and the release of Bottlerocket that it boots.

    `latest`: it resolves the public parameter. `managed`: it carries the tag by which Ballast may change it.
    """

    version: str = "$Default"
    variant: str | None = None
    arch: str | None = None
    release: str | None = None
    latest: bool = False
    managed: bool = False


@dataclass(frozen=True, slots=True)
class Launches:
    """The types that it may launch and on which market; `spot` of a template alone, the rest of a mixed instances policy.

    `types` empty: nobody can tell, as it picks them by attributes.
    """

    types: tuple[str, ...] = ()
    spot: bool = False
    mixed: bool = False
    on_demand_base: int = 0
    on_demand_percent: int = 100
    on_demand_allocation: str = "prioritized"
    spot_allocation: str = "lowest-price"
    weights: Mapping[str, int] = field(default_factory=dict)

    @property
    def buys_spot(self) -> bool:
        """Whether any of it may be Spot."""
        return self.spot or (self.mixed and self.on_demand_percent < ALL)


@dataclass(frozen=True, slots=True)
class Hook:
    name: str
    transition: str
    default_result: str = "ABANDON"
    heartbeat_s: int = 3600


@dataclass(frozen=True, slots=True)
class Resized:
    """A change of the desired capacity, as the cause of an activity tells it."""

    at: datetime
    before: int
    after: int
    by_ecs: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """A scaling activity of late. `taken`: EC2 took the instance, as it does with Spot."""

    at: datetime
    ended_at: datetime | None = None
    status: str = "Successful"
    launch: bool = False
    taken: bool = False
    resized: tuple[Resized, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheduled:
    at: datetime
    desired: int | None = None
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """Zonal shift is on; `away_from`: the zones that one moves away from now."""

    away_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WarmPool:
    state: str = "Stopped"
    minimum: int = 0
    most_prepared: int | None = None
    reuse_on_scale_in: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    desired: int
    minimum: int
    maximum: int
    zones: tuple[str, ...]
    created_at: datetime
    launches: Launches = Launches()
    template: Template = Template()
    members: tuple[Member, ...] = ()
    hooks: tuple[Hook, ...] = ()
    suspended: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    ecs_tagged: bool = True  # AmazonECSManaged
    protects_new: bool = False
    balanced_only: bool = False
    operated: bool = False  # only its operator may change it
    refreshing: bool = False
    lifetime_s: int | None = None
    least_healthy_percent: int | None = None
    most_healthy_percent: int | None = None
    warm_pool: WarmPool | None = None
    shift: Shift | None = None
    scheduled: tuple[Scheduled, ...] = ()
    activities: tuple[Activity, ...] = ()
