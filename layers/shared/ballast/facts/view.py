"""What is true of a cluster, its container instances and their groups, and what does a decision about one instance see?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from ballast.facts.task import Service, Task, TaskKind
from ballast.policy.policy import Policy
from ballast.records.disruption import Disruption
from ballast.value import dataclass

GONE = "gone"  # EC2 does not know the instance any more: it forgets terminated ones after about an hour
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html: 17 digits, 8 on old instances
EC2_INSTANCE_ID = r"i-(?:[0-9a-f]{17}|[0-9a-f]{8})"


def is_ec2_instance(name: object) -> bool:
    """Is it the id of one?

    The `ec2InstanceId` of an external host is its id in Systems Manager, `mi-` and 17 digits, which EC2 does not know:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html
    """
    return isinstance(name, str) and re.fullmatch(EC2_INSTANCE_ID, name) is not None


class InstanceStatus(StrEnum):
    """Of a container instance; https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html."""

    REGISTERING = "REGISTERING"
    REGISTRATION_FAILED = "REGISTRATION_FAILED"
    ACTIVE = "ACTIVE"
    DRAINING = "DRAINING"
    DEREGISTERING = "DEREGISTERING"
    INACTIVE = "INACTIVE"


NOTHING_RUNS = frozenset({InstanceStatus.REGISTRATION_FAILED, InstanceStatus.DEREGISTERING, InstanceStatus.INACTIVE})


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


def one_of_each(instances: Iterable[ContainerInstance]) -> tuple[ContainerInstance, ...]:
    """Of several records of one EC2 id the one whose agent is connected: an agent that lost its data registers again.

    Among several without an agent, one with tasks: it is not to be taken for empty.
    """
    best: dict[str, ContainerInstance] = {}
    for one in instances:
        other = best.get(one.instance_id)
        if other is None or _standing(one) > _standing(other):
            best[one.instance_id] = one
    return tuple(best.values())


def _standing(instance: ContainerInstance) -> tuple[bool, int]:
    return instance.agent_connected, instance.running_tasks + instance.pending_tasks


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
class GroupHook:
    """A terminating lifecycle hook of a group."""

    group: str
    name: str
    heartbeat_timeout_s: int
    default_result: str


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


@dataclass(frozen=True, slots=True)
class View:
    """`None` means not looked up, but for `instance`, where it means not registered in the cluster."""

    cluster: Cluster
    instance_id: str
    instance: ContainerInstance | None = None
    disruption: Disruption | None = None
    ec2_state: str | None = None
    membership: GroupMembership | None = None
    hook_timeout_s: int | None = None
    tasks: tuple[Task, ...] | None = None
    services: Mapping[str, Service] = field(default_factory=dict)
    neighbours: tuple[ContainerInstance, ...] | None = None
    in_flight: frozenset[str] = frozenset()  # instance ids of voluntary disruptions that take budget

    @property
    def terminated(self) -> bool:
        return self.ec2_state in (GONE, "terminated")

    @property
    def leaves_its_group(self) -> bool:
        return self.membership is not None and not self.membership.in_service

    @property
    def counted_tasks(self) -> int:
        """Tasks by ECS's own counts, which miss the stopping ones: enough to say "not empty", never to say "empty"."""
        return self.instance.running_tasks + self.instance.pending_tasks if self.instance else 0

    @property
    def may_be_empty(self) -> bool:
        """Whether it is worth listing the tasks; the daemons on an instance are at most the cluster's daemon services."""
        return self.counted_tasks <= len(self.cluster.daemon_services)

    @property
    def left(self) -> tuple[Task, ...]:
        """Tasks that still hold the instance: not STOPPED and not daemons."""
        return tuple(t for t in self.tasks or () if not t.stopped and t.kind is not TaskKind.DAEMON)

    @property
    def empty(self) -> bool:
        """Whether every non-daemon task's lastStatus is STOPPED, over both desired statuses and all pages.

        `runningTasksCount` does not tell: it leaves out tasks that are DEACTIVATING or STOPPING
        (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html).
        """
        if self.instance is None or self.instance.status in NOTHING_RUNS:
            return True
        return self.tasks is not None and not self.left
