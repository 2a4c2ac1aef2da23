"""The instances of a cluster with what EC2 and Auto Scaling add, and their tasks, as far as those are worth asking for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ballast.aws import ec2, placements
from ballast.aws.capacity_hosts import Host
from ballast.aws.instance_types import Size, sizes_of
from ballast.facts.capacity import GroupCapacity
from ballast.facts.demands import least_task_interfaces
from ballast.facts.task import Task, TaskKind
from ballast.facts.view import Cluster
from ballast.facts.zones import ZONE
from ballast.rebalance.snapshot import Instance, Market
from ballast.shell.batch import unless_refused
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup

PAGE = 100
CANDIDATES = 20  # instances whose tasks are asked for one by one in a round
PAGES_MOST = 24  # of tasks of the whole cluster, where that takes fewer calls


@dataclass(frozen=True, slots=True)
class Membership:
    """Of an instance, as its group is described; of one in a warm pool, zone and type are left to ECS."""

    group: str
    zone: str
    instance_type: str
    lifecycle_state: str


def members_of(groups: Iterable[RawGroup]) -> dict[str, Membership]:
    return {
        raw["InstanceId"]: Membership(
            group["AutoScalingGroupName"], raw["AvailabilityZone"], raw.get("InstanceType", ""), raw["LifecycleState"]
        )
        for group in groups
        for raw in group["Instances"]
    }


def pooled(capacity: Iterable[GroupCapacity]) -> dict[str, Membership]:
    """Who waits in warm pools, of those that were looked for: the description of a group has the size only."""
    return {i: Membership(group.group, "", "", "Warmed") for group in capacity for i in group.warm}


def instances(
    cluster: Cluster,
    hosts: Sequence[Host],
    members: Mapping[str, Membership],
    *,
    moving: Collection[str],
    warned: Collection[str],
    now: datetime,
    tasks_most: int | None = None,
) -> tuple[Instance, ...]:
    """`moving`: those whose tasks are asked for in any case. `tasks_most`: of the cluster, where `hosts` are only some of it."""
    bought = (
        unless_refused(lambda: ec2.purchases(h.record.instance_id for h in hosts), "cannot tell Spot instances") or {}
    )
    many = sum(map(_count, hosts)) if tasks_most is None else tasks_most
    tasks = _tasks(cluster, hosts, moving, many / PAGE, now)
    sizes = sizes_of(host.type for host in hosts if host.type)  # at once, as one that is refused takes seconds
    made = []
    for host in hosts:
        member, name = members.get(host.record.instance_id), host.record.instance_id
        spot, subnet = bought.get(name, (None, None))
        here = tasks.get(host.record.arn)
        made.append(
            Instance(
                host.record,
                instance_type=member.instance_type if member and member.instance_type else host.type,
                zone=(member and member.zone) or host.record.attributes.get(ZONE) or "",
                group=member.group if member else None,
                lifecycle_state=member.lifecycle_state if member else "InService",
                market=None if spot is None else Market.SPOT if spot else Market.ON_DEMAND,
                tasks=here,
                interfaces=_interfaces(host, sizes.get(host.type)),
                version=host.version,
                changed_at=_changed_at(here),
                warned=name in warned,
                subnet=subnet,
                left_behind=host.left_behind,
            )
        )
    return tuple(made)


def _tasks(
    cluster: Cluster, hosts: Sequence[Host], moving: Collection[str], pages: float, now: datetime
) -> dict[str, tuple[Task, ...]]:
    """By ARN of the container instance; `pages`: of all tasks of the cluster.

    Those with the fewest tasks first: these go first, so these are worth knowing.
    """
    versions = {host.record.arn: host.version for host in hosts}
    known = placements.known(versions, now)
    in_any_case = {h.record.arn: h.version for h in hosts if h.record.instance_id in moving}
    unknown = sorted((h for h in hosts if h.record.arn not in known), key=lambda h: (_count(h), h.record.arn))
    if len(unknown) > CANDIDATES and pages > min(PAGES_MOST, len(unknown) // 2):
        unknown = unknown[:CANDIDATES]
    wanted = in_any_case | {h.record.arn: h.version for h in unknown}
    singly = pages > min(PAGES_MOST, len(wanted) // 2)
    asked = placements.ask(cluster.name, wanted, cluster.daemon_services, now, singly=singly)
    return {arn: tasks for arn, tasks in known.items() if arn not in in_any_case} | asked


def _count(host: Host) -> int:
    return host.record.running_tasks + host.record.pending_tasks


def _changed_at(tasks: Sequence[Task] | None) -> datetime | None:
    """ECS shows a task that has stopped for about an hour."""
    return max((t.changed_at for t in tasks or () if t.changed_at and t.kind is not TaskKind.DAEMON), default=None)


def _interfaces(host: Host, size: Size | None) -> int:
    """One of its interfaces is its own; with a trunk it has more, as its type allows."""
    if host.registered.trunked:
        return least_task_interfaces(host.type, trunking=True)
    return max(0, size.interfaces - 1) if size else 0
