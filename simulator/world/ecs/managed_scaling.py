"""How a capacity provider with managed scaling makes room for tasks that found none, in short; see ReservationScaling.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-scaling-behavior.html
"""

from __future__ import annotations

from functools import partial
from math import ceil

from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.autoscaling.groups import Groups
from simulator.world.core.capacity_records import CapacityProvider
from simulator.world.core.core import Core
from simulator.world.core.records import Cluster, Service, Shape
from simulator.world.ecs.reservation import per_instance

REACTION_S = 60.0  # CapacityProviderReservation is a one-minute metric


class ManagedScaling:
    """Scale-out only: an empty instance is not taken away."""

    def __init__(self, core: Core, groups: Groups) -> None:
        self._core = core
        self._groups = groups
        self._due: set[str] = set()

    def grows(self, service: Service) -> bool:
        """Whether room for the service is coming, or can be asked for; if it can, it is asked for.

        Tasks wait in PROVISIONING meanwhile, and ECS announces no placement failure. A task that does not fit an
        empty instance never scales out.
        """
        growing = False
        for provider in service.cluster.providers.values():
            group = self._group(provider)
            if group is None or per_instance(group.shape, service.spec) == 0:
                continue
            can_grow = group.desired < group.maximum
            growing |= can_grow or any(map(_coming, group.members.values()))
            if can_grow and provider.name not in self._due:
                self._due.add(provider.name)
                self._core.clock.after(REACTION_S, partial(self._scale, provider, group))
        return growing

    def _group(self, provider: CapacityProvider) -> Group | None:
        if not provider.managed_scaling or provider.scaling is not None or provider.group is None:
            return None
        return self._groups.groups.get(provider.group)

    def _scale(self, provider: CapacityProvider, group: Group) -> None:
        self._due.discard(provider.name)
        missing = _needed(provider.cluster, group.shape)
        missing -= sum(map(_coming, group.members.values()))
        if missing > 0:
            self._groups.set_desired(group, group.desired + missing)


def _needed(cluster: Cluster, shape: Shape) -> int:
    """Empty instances that would take every task that found no room: tasks of one service are packed together."""
    instances = 0.0
    for service in cluster.blocked.values():
        fit = per_instance(shape, service.spec)
        if fit:
            instances += service.unplaced / fit
    return ceil(instances)


def _coming(member: Member) -> bool:
    """Launched but not registered yet, or lost and about to be replaced."""
    instance = member.instance
    registered = instance.cluster is not None and instance.id in instance.cluster.by_ec2_id
    return member.counts and (instance.going or not registered)
