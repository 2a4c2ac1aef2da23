"""What does a decision about a rollout see? The hosts of one variant and architecture, and what permits or forbids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from ballast.facts.capacity import GroupCapacity
from ballast.facts.gates import NO_ALARMS, Alarms
from ballast.facts.group import GroupMembership
from ballast.facts.host_answer import HostAnswer
from ballast.facts.launch_template import Template
from ballast.facts.refresh import Refresh
from ballast.facts.view import Cluster, ContainerInstance, View
from ballast.policy.policy import Policy
from ballast.policy.updates import Strategy
from ballast.records.command import Command
from ballast.records.disruption import Disruption
from ballast.records.release import Release
from ballast.records.repair import Repairs
from ballast.records.rollout import InstanceUpdate, Rollout, Stage
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the command that a host was last given; `ended` False = still on its way."""

    ended: bool
    answer: HostAnswer


@dataclass(frozen=True, slots=True)
class Host:
    """One instance. Its view holds tasks and neighbours only where they were looked up."""

    view: View
    version: str | None = None  # as SSM knows it, minutes late; None = SSM does not know the host
    online: bool = False
    update: InstanceUpdate | None = None  # of this rollout
    report: Report | None = None
    unread_version: str = ""  # why its version is None, where SSM says something that is no version

    @property
    def id(self) -> str:
        return self.view.instance_id

    @property
    def instance(self) -> ContainerInstance:
        """Of a host that is registered, as all that we look at are."""
        if self.view.instance is None:
            raise ValueError(f"{self.id} is not registered in {self.view.cluster.name}.")
        return self.view.instance

    @property
    def disruption(self) -> Disruption | None:
        return self.view.disruption


@dataclass(frozen=True, slots=True)
class RepairLimits:
    """What repair says of replacing what is broken. `held`: many are ill by a common cause, so none is replaced for it.

    `memories`: of each group with one, None where repair is not on; `failing`: groups in which nothing joins that is launched.
    """

    held: bool = False
    memories: Mapping[str, Repairs] | None = None
    failing: frozenset[str] = frozenset()


NO_LIMITS = RepairLimits()


@dataclass(frozen=True, slots=True)
class Fleet:
    """One moment of one variant and architecture of a cluster.

    `lost`: updates of instances that are in the cluster no more. `news`: what events told, in words, that halts a rollout.
    """

    cluster: Cluster
    variant: str
    arch: str
    hosts: tuple[Host, ...]
    everybody: tuple[ContainerInstance, ...] = ()  # all of the cluster
    in_flight: frozenset[str] = frozenset()  # instances whose voluntary disruption takes budget
    release: Release | None = None
    lost: tuple[InstanceUpdate, ...] = ()
    closed_calendars: Mapping[str, str] = field(default_factory=dict)  # why, by name; IS_CLOSED where AWS says so
    alarms: Alarms = NO_ALARMS
    commands: tuple[Command, ...] = ()
    news: tuple[str, ...] = ()
    templates: tuple[Template, ...] = ()  # of the groups of the hosts, where they were looked up
    refreshes: tuple[Refresh, ...] = ()
    members: Mapping[str, GroupMembership] = field(default_factory=dict)  # of all groups of the cluster, by instance
    capacity: tuple[GroupCapacity, ...] = ()  # of these groups, while a rollout moves
    launched_at: Mapping[str, datetime] = field(default_factory=dict)  # as EC2 says, of those that were looked up
    images: Mapping[str, str] = field(
        default_factory=dict
    )  # by version, of those that were looked up and are published
    may_update: Strategy = Strategy.REPLACE  # the widest that the function's role was granted
    may_change_templates: bool = True  # whether it was granted that, for templates that carry our tag
    tagged_templates: frozenset[str] | None = None  # their ids; None where they were not looked up
    repair: RepairLimits = NO_LIMITS
    drains_seen_at: datetime | None = None  # when drain_instance last saw to its clusters; None = nobody has noted it

    @property
    def policy(self) -> Policy:
        """Of its cluster."""
        return self.cluster.policy

    @property
    def kind(self) -> tuple[str, str]:
        return self.variant, self.arch

    @property
    def unregistered(self) -> tuple[str, ...]:
        """Instances that a group of the cluster has in service, or launches, and that ECS does not list in the cluster."""
        known = {instance.instance_id for instance in self.everybody}
        return tuple(i for i, m in self.members.items() if (m.in_service or m.launches) and i not in known)

    @property
    def updates(self) -> tuple[InstanceUpdate, ...]:
        return tuple(host.update for host in self.hosts if host.update)


def on_target(host: Host, rollout: Rollout) -> bool:
    """As SSM says; the update API has the last word about an instance that is under way."""
    return host.version == rollout.target


def ours(host: Host, rollout: Rollout) -> InstanceUpdate | None:
    """The instance's record, if it is of this rollout."""
    return host.update if host.update and host.update.rollout == rollout.id else None


def has_arrived(host: Host, rollout: Rollout) -> bool:
    """One that was replaced has no record: what it runs counts once it serves."""
    update = ours(host, rollout)
    if update:
        return update.stage is Stage.DONE
    return on_target(host, rollout) and (rollout.strategy != Strategy.REPLACE or host.instance.agent_connected)


def versions(fleet: Fleet, rollout: Rollout) -> Counter[str]:
    """How many instances run which version, as far as it is known."""
    known = (rollout.target if has_arrived(host, rollout) else host.version or "unknown" for host in fleet.hosts)
    return Counter(known)
