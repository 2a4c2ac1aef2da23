"""A task, as ECS describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from ballast.value import dataclass


class TaskKind(StrEnum):
    SERVICE = "service"
    DAEMON = "daemon"
    STANDALONE = "standalone"
    UNREAD = "unread"  # ECS lists it and does not describe it


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
class ServiceCounts:
    """How many tasks of a service run and how many should."""

    running: int
    desired: int
