"""What happened: one frozen value per kind of event that drain_instance listens to. `parse` reads them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from ballast.records.event import Sweep
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class SpotInterrupted:
    """EC2 takes the instance back; terminate and stop leave two minutes, hibernate none."""

    instance_id: str
    action: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CapacityInterrupted:
    """The owner of an interruptible Capacity Reservation takes it back, and EC2 the instances in it: two minutes."""

    instance_id: str
    goes_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class RebalanceRecommended:
    """EC2 sees an elevated risk of an interruption; there is no deadline."""

    instance_id: str
    at: datetime


class Survival(StrEnum):
    """What a hook for termination holds an instance for that does not end."""

    WARM_POOL = "warm_pool"  # reuse on scale-in, which ECS says not to use
    ROOT_VOLUME = "root_volume"  # it gets a new one, in an instance refresh


@dataclass(frozen=True, slots=True)
class InstanceTerminating:
    """An Auto Scaling group holds the instance in Terminating:Wait for a lifecycle hook."""

    instance_id: str
    group: str
    hook: str
    at: datetime
    token: str | None = None
    cluster: str | None = None  # as our own hook's metadata names it
    survives: Survival | None = None  # this lifecycle action is not its end


@dataclass(frozen=True, slots=True)
class ChangeScheduled:
    """AWS Health will retire, reboot or service instances at `starts_at`, any moment if None; `over`: no more, these ones."""

    instance_ids: tuple[str, ...]
    event_arn: str
    kind: str
    starts_at: datetime | None
    over: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class InstanceStateChanged:
    """`state` is shutting-down, stopping, stopped or terminated."""

    instance_id: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ContainerInstanceChanged:
    """Something happened on a container instance: a task stopped on a draining one, or its agent went.

    `tasks_left`: what ECS counts on one that drains and whose agent is connected; None says nothing.
    """

    instance_id: str
    cluster: str
    at: datetime
    tasks_left: int | None = None


@dataclass(frozen=True, slots=True)
class ContainerInstanceImpaired:
    """A health check of ECS found the instance impaired."""

    instance_id: str
    cluster: str
    checks: tuple[str, ...]  # "TYPE: reason" of each impaired check
    at: datetime


@dataclass(frozen=True, slots=True)
class Irrelevant:
    """A kind that we know and that asks for nothing."""

    why: str


type Event = (
    SpotInterrupted
    | CapacityInterrupted
    | RebalanceRecommended
    | InstanceTerminating
    | ChangeScheduled
    | InstanceStateChanged
    | ContainerInstanceChanged
    | ContainerInstanceImpaired
    | Sweep
    | Irrelevant
)
