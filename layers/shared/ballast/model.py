"""What we know: immutable facts about a cluster as observed, and the disruptions that the ledger remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from ballast.policy import Policy

SURVIVED_AFTER = timedelta(minutes=10)  # of the moment at which EC2 was to take the instance


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


class Reason(StrEnum):
    """Why an instance is disrupted. The first four are forced: the instance goes anyway."""

    SPOT_INTERRUPTION = "spot_interruption"
    INSTANCE_STOPPING = "instance_stopping"
    LIFECYCLE_HOOK = "lifecycle_hook"
    SCHEDULED_CHANGE = "scheduled_change"
    REBALANCE_RECOMMENDATION = "rebalance_recommendation"


class Phase(StrEnum):
    """WAITING is known but not begun; CLAIMED is ours, about to drain; DRAINED is empty and waits for EC2.

    CLAIMED, FORCING and ROLLING_BACK are written before the act, so that a function that died in it is taken up again.
    FORCED has had its unprotected tasks stopped; ESCALATED waits for a human; ROLLED_BACK only remembers, for a while.
    """

    WAITING = "waiting"
    CLAIMED = "claimed"
    DRAINING = "draining"
    FORCING = "forcing"
    FORCED = "forced"
    ESCALATED = "escalated"
    DRAINED = "drained"
    ROLLING_BACK = "rolling_back"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True)
class Hook:
    """A lifecycle hook of ours that holds the instance; `waits_since` is its start or last heartbeat."""

    group: str
    name: str
    token: str | None
    heartbeat_timeout_s: int
    held_since: datetime
    waits_since: datetime
    completed: bool = False


@dataclass(frozen=True, slots=True)
class Disruption:
    """One item of the ledger. `foreign`: somebody else had set it DRAINING, so we never set it ACTIVE."""

    cluster: str
    instance_id: str
    reason: Reason
    phase: Phase
    forced: bool
    started_at: datetime
    deadline: datetime | None = None
    foreign: bool = False
    hook: Hook | None = None
    goes_at: datetime | None = None  # when AWS takes the instance, if it said so
    retry_at: datetime | None = None  # WAITING, ROLLED_BACK: not before
    group: str | None = None
    unprotected: bool = False  # we took its scale-in protection away
    tasks_at_start: int | None = None
    revision: int = 0

    @property
    def incident(self) -> str:
        return f"{self.cluster}/{self.instance_id}/{self.started_at:%Y%m%dT%H%M%SZ}"

    @property
    def held_by_our_hook(self) -> bool:
        return self.hook is not None and not self.hook.completed

    @property
    def judged_by_counts(self) -> bool:
        """Whether nothing of ours waits for it to be empty, so that ECS's own counts are good enough to say so."""
        return not self.held_by_our_hook and self.reason in (Reason.SPOT_INTERRUPTION, Reason.INSTANCE_STOPPING)

    @property
    def outcome_at(self) -> datetime | None:
        """When the drain's outcome applies: at its deadline, but where EC2 takes the instance only if it outlives that."""
        ec2_takes_it = self.reason in (Reason.SPOT_INTERRUPTION, Reason.INSTANCE_STOPPING)
        return self.deadline + SURVIVED_AFTER if self.deadline and ec2_takes_it else self.deadline

    @property
    def takes_budget(self) -> bool:
        return not self.forced and self.phase not in (Phase.WAITING, Phase.ROLLED_BACK)


class WatchKind(StrEnum):
    FOREIGN_DRAIN = "foreign_drain"
    AGENT_LOST = "agent_lost"
    AGENTS_LOST = "agents_lost"  # many at once; its instance_id is "*"
    UNREADABLE_POLICY = "unreadable_policy"  # its instance_id is the tag's key and value


@dataclass(frozen=True, slots=True)
class Watch:
    """Something that is not ours to change, remembered since when, so that it is told once if it lasts."""

    cluster: str
    kind: WatchKind
    subject: str
    since: datetime
    told: bool = False
    revision: int = 0

    @property
    def incident(self) -> str:
        return f"{self.cluster}/{self.kind}/{self.subject}/{self.since:%Y%m%dT%H%M%SZ}"


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
