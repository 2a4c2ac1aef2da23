"""What we know: immutable facts about a cluster as observed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ballast.policy import Policy


class InstanceStatus(StrEnum):
    """Of a container instance; https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html."""

    REGISTERING = "REGISTERING"
    REGISTRATION_FAILED = "REGISTRATION_FAILED"
    ACTIVE = "ACTIVE"
    DRAINING = "DRAINING"
    DEREGISTERING = "DEREGISTERING"
    INACTIVE = "INACTIVE"


@dataclass(frozen=True, slots=True)
class ContainerInstance:
    """`running_tasks` and `pending_tasks` are ECS's counts: they miss tasks that are already stopping."""

    arn: str
    cluster: str
    instance_id: str
    status: InstanceStatus
    agent_connected: bool
    running_tasks: int
    pending_tasks: int
    capacity_provider: str | None = None
    free_cpu_units: int = 0
    free_memory_mib: int = 0
    ports_in_use: frozenset[int] = frozenset()
    tags: Mapping[str, str] = field(default_factory=dict)
    variant: str | None = None  # of Bottlerocket, such as aws-ecs-2; None on another OS
    arch: str | None = None  # x86_64 or arm64


class TaskKind(StrEnum):
    SERVICE = "service"
    DAEMON = "daemon"
    STANDALONE = "standalone"


@dataclass(frozen=True, slots=True)
class Task:
    """Sizes as reserved; `protected_until` is filled in only where it was looked up."""

    arn: str
    group: str  # service:NAME or family:NAME
    kind: TaskKind
    last_status: str
    cpu_units: int = 0
    memory_mib: int = 0
    host_ports: frozenset[int] = frozenset()
    protected_until: datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def stopped(self) -> bool:
        return self.last_status == "STOPPED"

    @property
    def service(self) -> str:
        return self.group.removeprefix("service:")


@dataclass(frozen=True, slots=True)
class Service:
    """Counts as ECS reports them, percentages of its deployment configuration."""

    name: str
    desired: int
    running: int
    pending: int
    minimum_healthy_percent: int = 100
    maximum_percent: int = 200


@dataclass(frozen=True, slots=True)
class GroupMembership:
    """What Auto Scaling knows of an instance."""

    group: str
    lifecycle_state: str
    protected_from_scale_in: bool = False

    @property
    def in_service(self) -> bool:
        return self.lifecycle_state == "InService"


@dataclass(frozen=True, slots=True)
class Provider:
    """A capacity provider of a cluster: on a group, or ECS Managed Instances (`group` is None)."""

    name: str
    group: str | None
    managed_draining: bool


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that Ballast looks after, as the last sweep saw it."""

    name: str
    arn: str
    policy: Policy = field(default=Policy(), metadata={"stored": False})  # read from the tags
    tags: Mapping[str, str] = field(default_factory=dict)
    providers: tuple[Provider, ...] = ()
    groups: tuple[str, ...] = ()  # every group whose instances are registered here
    daemon_services: tuple[str, ...] = ()
    instances: int = 0
    refreshed_at: datetime | None = None

    def managed_by_ecs(self, instance: ContainerInstance) -> bool:
        """Whether ECS Managed Instances owns it: there ECS drains, patches and replaces."""
        return any(p.name == instance.capacity_provider and p.group is None for p in self.providers)
