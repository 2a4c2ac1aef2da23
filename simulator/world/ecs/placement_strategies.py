"""Placement strategies of a service, in their order: spread, binpack, random.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PlacementStrategy.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

from simulator.world.core.core import Output
from simulator.world.core.records import ContainerInstance, Service
from simulator.world.ecs.container_instance_shapes import attributes

ZONE = "spread:attribute:ecs.availability-zone"
MOST = 5


def read_strategies(written: Sequence[str]) -> tuple[str, ...]:
    """Such as `spread:instanceId`, `spread:attribute:rack`, `binpack:cpu`, `binpack:memory`, `random`; at most five."""
    for each in written:
        kind, _, field = each.partition(":")
        spread = kind == "spread" and (field in ("instanceId", "host") or field.startswith("attribute:"))
        if not (spread or each in ("binpack:cpu", "binpack:memory", "random")):
            raise ValueError(f"{each!r} is no placement strategy")
    if len(written) > MOST:
        raise ValueError(f"a service has at most {MOST} placement strategies")
    return tuple(written)


def best_by(strategies: Sequence[str], service: Service, hosts: list[ContainerInstance]) -> ContainerInstance | None:
    """Of the hosts that can take the task; a service without strategies is spread over zones."""
    for strategy in strategies or (ZONE,):
        hosts = _best(strategy, service, hosts)
    return hosts[0] if hosts else None


def strategies_shown(strategies: Sequence[str]) -> list[Output]:
    parts = [each.partition(":") for each in strategies]
    return [{"type": kind, **({"field": field} if field else {})} for kind, _, field in parts]


def _best(strategy: str, service: Service, hosts: list[ContainerInstance]) -> list[ContainerInstance]:
    if not hosts:
        return []
    kind, _, field = strategy.partition(":")
    if kind == "random":  # chance that follows from the story, and changes nothing else
        return [Random(f"{service.arn} {len(service.cluster.tasks)}").choice(hosts)]
    if kind == "binpack":
        free = {host.number: host.free_cpu if field == "cpu" else host.free_memory_mib for host in hosts}
        least = min(free.values())
        return [host for host in hosts if free[host.number] == least]
    values = {host.number: _value(host, field) for host in hosts}
    counts = Counter(_value(task.host, field) for key, task in service.tasks.items() if key not in service.leaving)
    least = min(counts[value] for value in values.values())
    return [host for host in hosts if counts[values[host.number]] == least]


def _value(host: ContainerInstance, field: str) -> str:
    if field in ("instanceId", "host"):
        return host.instance.id
    name = field.removeprefix("attribute:")
    return next((str(a.get("value", "")) for a in attributes(host) if a["name"] == name), "")
