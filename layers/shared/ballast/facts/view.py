"""What does a decision about one instance see?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ballast.facts.cluster import Cluster
from ballast.facts.group import GroupMembership
from ballast.facts.instance import ContainerInstance, InstanceStatus
from ballast.facts.service import Service
from ballast.facts.task import Task, TaskKind
from ballast.records.disruption import Disruption

GONE = "gone"  # EC2 does not know the instance any more: it forgets terminated ones after about an hour
NOTHING_RUNS = frozenset({InstanceStatus.REGISTRATION_FAILED, InstanceStatus.DEREGISTERING, InstanceStatus.INACTIVE})


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
