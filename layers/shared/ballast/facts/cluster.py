"""A cluster that Ballast looks after, and its capacity providers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ballast.facts.instance import ContainerInstance
from ballast.policy.policy import Policy


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
