"""A task, as ECS describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from enum import StrEnum

from ballast.facts.demands import Constraints, Demands
from ballast.value import dataclass

STOPPING = frozenset({"DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED", "DELETED"})
ORDERED = frozenset({"ServiceSchedulerInitiated", "UserInitiated"})  # stop codes
FOR_EVER = datetime.max.replace(tzinfo=UTC)  # protected, where nobody can tell
HOST_ENDED = "Host EC2 (instance"  # "… i-0123456789abcdef0) terminated." or "stopped."


class TaskKind(StrEnum):
    SERVICE = "service"
    DAEMON = "daemon"
    STANDALONE = "standalone"
    UNREAD = "unread"  # ECS lists it and does not describe it


@dataclass(frozen=True, slots=True)
class Task:
    """Sizes as reserved; `protected_until` is filled in only where it was looked up.

    `stopping_at`, `stopped_reason` and `stop_code` as ECS tells them of a task that stops or has stopped:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
    """

    arn: str
    group: str  # service:NAME or family:NAME
    kind: TaskKind
    last_status: str
    cpu_units: int = 0
    memory_mib: int = 0
    sized: bool = True  # False: neither the task nor its containers say how much memory it may use
    host_ports: frozenset[int] = frozenset()
    protected_until: datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    definition: str = ""  # ARN of its task definition
    demands: Demands | None = None  # of that; None: not looked up, or it could not be read
    desired_status: str = "RUNNING"
    stopping_at: datetime | None = None
    stopped_reason: str = ""
    stop_code: str | None = None
    changed_at: datetime | None = None  # when it was created, started or stopped last

    @property
    def name(self) -> str:
        """For people: its service or family, and the id that the console and the command line find it by."""
        return f"{self.group.replace(':', ' ', 1) or 'no group'}, task {self.arn.rpartition('/')[2]}"

    @property
    def ordered(self) -> bool:
        """Whether somebody has ordered it to stop, so that a service has its replacement under way."""
        if self.stopped:
            return self.stop_code in ORDERED
        return self.desired_status == "STOPPED" or self.last_status in STOPPING

    @property
    def ended_with_host(self) -> bool:
        """Whether its end was that of its host; a task that was stopping by then keeps the code of that order.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
        """
        return self.stopped and self.stopped_reason.startswith(HOST_ENDED)

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
    constraints: Constraints = Constraints()
    placement_failure: str = ""  # why ECS could not place a task of it lately, in its own words


@dataclass(frozen=True, slots=True)
class ServiceCounts:
    """How many tasks of a service run and how many should."""

    running: int
    desired: int
