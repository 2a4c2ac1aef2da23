"""What is true of a cluster, its container instances and their groups, and what does a decision about one instance see?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum

from ballast.facts.capacity import GroupCapacity
from ballast.facts.group import GroupMembership
from ballast.facts.task import Service, Task, TaskKind
from ballast.policy.policy import Policy
from ballast.records.disruption import Disruption
from ballast.value import dataclass

ABSENT = "absent"  # EC2 forgets who ended: https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
CONFIRMED_AFTER = timedelta(minutes=1)  # an absence is believed when a second answer, so much later, says the same
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html: 17 digits, 8 on old instances
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html (ec2InstanceId)
EC2_INSTANCE_ID = r"i-(?:[0-9a-f]{17}|[0-9a-f]{8})"


def is_ec2_instance(name: object) -> bool:
    """Is it the id of one? That of an external host, `mi-` and 17 digits, is of Systems Manager, and EC2 does not know it."""
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
    free_gpus: int = 0
    ports_in_use: frozenset[int] = frozenset()
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    variant: str | None = None  # of Bottlerocket, such as aws-ecs-2; None on another OS
    arch: str | None = None  # x86_64 or arm64
    registered_at: datetime | None = None
    impaired: tuple[str, ...] = ()  # health checks of ECS that say so: "TYPE: reason"
    only_daemons: bool = False  # of some it was looked up: nothing runs there but tasks of DAEMON services


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
    provider_names: tuple[str, ...] | None = None  # as DescribeClusters tells; `providers` are what became of them
    providers: tuple[Provider, ...] = ()
    groups: tuple[str, ...] = ()  # every group whose instances are registered here
    shared_groups: tuple[str, ...] | None = None  # those of which a cluster that is not managed has instances
    daemon_services: tuple[str, ...] = ()
    instances: int = 0
    refreshed_at: datetime | None = None  # None: its parts are not known yet
    hooks_at: datetime | None = None  # when our hook on its groups was last seen to
    status: str | None = None  # where ECS says another than ACTIVE
    missed_since: datetime | None = None  # ECS does not describe it since, for which it is not yet given up
    pause_tag_since: datetime | None = None  # it has its present tag `ballast:paused`
    unread: frozenset[str] = field(default=frozenset(), metadata={"stored": False})  # ids whose drain nobody can read

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
    others: tuple[ContainerInstance, ...] = ()  # further records of the same EC2 id, as far as they are known
    unlisted: bool = False  # every managed cluster was asked, and none has it
    stranger: str | None = None  # a cluster that Ballast does not look after has it
    ec2_state: str | None = None
    membership: GroupMembership | None = None
    in_no_group: bool = False  # looked up: Auto Scaling knows no group of it
    hook_timeout_s: int | None = None
    tasks: tuple[Task, ...] | None = (
        None  # of all records, in every managed cluster; None also where one could not be asked
    )
    services: Mapping[str, Service] = field(default_factory=dict)
    neighbours: tuple[ContainerInstance, ...] | None = None
    capacity: tuple[GroupCapacity, ...] | None = None  # of the cluster's groups; None also where one did not answer
    in_flight: frozenset[str] = frozenset()  # instance ids of voluntary disruptions that take budget

    def is_gone(self, now: datetime, absent_since: datetime | None = None) -> bool:
        """Whether EC2 has terminated it: it says so, or does not know it twice, and neither does Auto Scaling.

        `absent_since`: the first answer without it, where the disruption does not remember one.
        """
        if self.ec2_state == "terminated":
            return True
        since = self.disruption.absent_since if self.disruption else absent_since
        confirmed = since is not None and now - since >= CONFIRMED_AFTER
        connected = any(r.agent_connected for r in self.records)
        return self.ec2_state == ABSENT and self.in_no_group and confirmed and not connected

    @property
    def records(self) -> tuple[ContainerInstance, ...]:
        return (self.instance, *self.others) if self.instance else self.others

    @property
    def leaves_its_group(self) -> bool:
        return self.membership is not None and self.membership.leaves

    @property
    def counted_tasks(self) -> int:
        """Tasks by ECS's own counts, which miss the stopping ones: enough to say "not empty", never to say "empty"."""
        return sum(record.running_tasks + record.pending_tasks for record in self.records)

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
        """Whether every non-daemon task's lastStatus is STOPPED, over all records, both desired statuses and all pages.

        `runningTasksCount` leaves out tasks that are stopping. Without a record it is not empty: another cluster may have it.
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
        """
        if self.instance is not None and self.instance.status in NOTHING_RUNS and not self.others:
            return True
        return self.tasks is not None and bool(self.records) and not self.left

    @property
    def is_doubtful(self) -> bool:
        """Whether other clusters are to be asked: it is disrupted, and has nothing left here, is not here, or hears nothing."""
        goes_on = self.disruption is not None and self.ec2_state not in ("shutting-down", "terminated")
        ill = self.disruption is not None and self.disruption.signal is not None
        unheard = ill and self.instance is not None and not self.instance.agent_connected
        return goes_on and (unheard or self.instance is None or (self.tasks is not None and not self.left))
