"""What the doctor sees of clusters, groups and hosts: values, as AWS told them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from ballast.facts.group import GroupHook
from ballast.records.pause import Pause
from ballast.value import dataclass
from ballast_cli.doctor.seen import Seen


@dataclass(frozen=True, slots=True)
class ClusterSeen:
    """Any cluster of the account in this Region."""

    name: str
    arn: str
    status: str
    tags: Mapping[str, str]
    provider_names: tuple[str, ...] = ()
    instances: int = 0
    running_tasks: int = 0


@dataclass(frozen=True, slots=True)
class ProviderSeen:
    """A capacity provider on a group; those of Fargate and ECS Managed Instances are left out."""

    name: str
    group: str
    managed_draining: bool
    termination_protection: bool
    managed_scaling: bool


@dataclass(frozen=True, slots=True)
class HostSeen:
    """A container instance; `variant` where it runs Bottlerocket. `online`: whether SSM hears from it; None: not asked."""

    instance_id: str
    status: str
    agent_connected: bool
    variant: str | None = None
    online: bool | None = None


@dataclass(frozen=True, slots=True)
class GroupSeen:
    """An Auto Scaling group of a managed cluster; `hooks` those of the transition «terminating»."""

    name: str
    tags: Mapping[str, str]
    instances: frozenset[str] = frozenset()
    suspended: Mapping[str, str] = field(default_factory=dict)  # why, by process
    operator: str | None = None
    protects_new: bool = False
    desired: int = 0
    most: int = 0
    hooks: Seen[tuple[GroupHook, ...]] = ()


@dataclass(frozen=True, slots=True)
class Managed:
    """What belongs to a managed cluster; `groups` those of its providers and of its hosts; `gone` those that are not there."""

    name: str
    providers: Seen[tuple[ProviderSeen, ...]] = ()
    hosts: Seen[tuple[HostSeen, ...]] = ()
    groups: Seen[tuple[GroupSeen, ...]] = ()
    gone: tuple[tuple[str, str], ...] = ()  # (provider, group)
    reach: Seen[None] = None  # whether SSM could be asked about the hosts


@dataclass(frozen=True, slots=True)
class Book:
    """What the ledger holds of a cluster. `known`: the sweep has taken it up."""

    known: bool
    pause: Pause | None = None
    pause_tag_since: datetime | None = None
    escalated: tuple[str, ...] = ()  # instances whose drain waits for a human
    unread: tuple[str, ...] = ()  # items that nobody can read
