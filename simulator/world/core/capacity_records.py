"""Capacity providers, the rules by which they scale, and the tasks that wait for them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.clock import Timer
from simulator.world.core.task_spec import TaskSpec

if TYPE_CHECKING:
    from simulator.world.core.records import Cluster, Service


DATAPOINTS = 180  # minutes of the metric that are kept


@dataclass(frozen=True, slots=True)
class ScalingRules:
    """Managed scaling in full; the target is the provider's own `target_capacity`.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html
    `keeps_daemon_protection`: an instance that only daemon tasks are left on keeps its protection from scale-in, as
    https://github.com/aws/containers-roadmap/issues/2814 has seen it.
    """

    minimum_step: int = 1
    maximum_step: int = 10_000
    warmup_s: float = 300.0
    keeps_daemon_protection: bool = False


@dataclass(slots=True, eq=False)
class CapacityProvider:
    name: str
    arn: str
    cluster: Cluster
    group: str | None  # None: ECS Managed Instances
    group_arn: str = ""
    managed_draining: bool = False
    managed_scaling: bool = False
    target_capacity: int = 100
    termination_protection: bool = False
    scaling: ScalingRules | None = None  # None: the short model, which only adds
    policy: str = ""  # what ECS called its scaling policy
    update: str | None = None  # UPDATE_IN_PROGRESS, UPDATE_COMPLETE once somebody has changed it
    reservations: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=DATAPOINTS))  # at, value


@dataclass(frozen=True, slots=True)
class StrategyItem:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html."""

    provider: str
    weight: int = 1
    base: int = 0


@dataclass(slots=True, eq=False)
class WaitingTask:
    """A task in PROVISIONING that no instance of its provider can take yet, so it has no container instance."""

    arn: str
    cluster: Cluster
    spec: TaskSpec
    service: Service | None
    provider: str
    created_at_s: float
    started_by: str | None = None
    timer: Timer | None = None
    stopped_at_s: float | None = None
    stopped_reason: str = ""
    stop_code: str = ""

    @property
    def group(self) -> str:
        return f"service:{self.service.name}" if self.service else f"family:{self.spec.family}"
