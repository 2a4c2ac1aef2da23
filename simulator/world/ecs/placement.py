"""On which instance does a task go? Strategies and what must fit."""

from __future__ import annotations

from itertools import islice

from simulator.world.core.records import Cluster, ContainerInstance, Service
from simulator.world.core.task_spec import TaskSpec
from simulator.world.ecs.constraints import CONSTRAINTS, RESOURCES, satisfies
from simulator.world.ecs.placement_strategies import best_by

CONSIDERED = 12  # strategies are best effort: looking at a few good hosts of a zone is enough


def find_host(service: Service, provider: str | None = None) -> ContainerInstance | None:
    """Spread over zones first, then over instances, or with binpack onto the host with the least free memory.

    What a capacity provider places goes on the instances of that provider only.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html
    """
    if service.placement is not None:
        hosts = (host for host in service.cluster.room if provider in (None, host.instance.capacity_provider))
        return best_by(service.placement, service, [host for host in hosts if fits(host, service.spec)])
    zones = sorted(service.cluster.room.zones, key=lambda zone: service.per_zone.get(zone, 0))
    for zone in zones:
        host = _best_in_zone(service, zone, provider)
        if host is not None:
            return host
    return None


def find_host_for(cluster: Cluster, spec: TaskSpec, provider: str) -> ContainerInstance | None:
    """Of a standalone task without strategies: any host of the provider, here the emptiest."""
    hosts = (host for zone in sorted(cluster.room.zones) for host in cluster.room.emptiest_first(zone, spec.memory_mib))
    return next((host for host in hosts if host.instance.capacity_provider == provider and fits(host, spec)), None)


def _best_in_zone(service: Service, zone: str, provider: str | None) -> ContainerInstance | None:
    room, spec = service.cluster.room, service.spec

    def takes(host: ContainerInstance) -> bool:
        return provider in (None, host.instance.capacity_provider) and fits(host, spec)

    if service.binpack:
        ordered = room.fullest_first(zone, spec.memory_mib)
        return next((host for host in ordered if takes(host)), None)
    ordered = room.emptiest_first(zone, spec.memory_mib)
    candidates = islice((host for host in ordered if takes(host)), CONSIDERED)
    return min(candidates, key=lambda host: service.per_host.get(host.number, 0), default=None)


def fits(host: ContainerInstance, spec: TaskSpec) -> bool:
    return (
        host.free_memory_mib >= spec.memory_mib
        and host.free_cpu >= spec.cpu
        and host.ports.isdisjoint(spec.host_ports)
        and satisfies(host, spec)
    )


def why_nothing_fits(cluster: Cluster, spec: TaskSpec) -> str:
    """The reason of a placement failure: what even the best host lacks.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
    """
    hosts = list(cluster.room)
    for reason, holds in CONSTRAINTS.items():
        left = [host for host in hosts if holds(host, spec)]
        if hosts and not left:
            return reason
        hosts = left
    for reason, enough in RESOURCES.items():
        hosts = [host for host in hosts if enough(host, spec)]
        if not hosts:
            return reason
    return "RESOURCE:PORTS"
