"""A container instance, as ECS describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
