"""Small fleets for the tests of rebalancing: a valid default for everything that a test does not care about.

An instance is one of 4,096 CPU units and 16,000 MiB in zone a, at 0.20 USD/h, there for a day; a task is one of service web, of
512 CPU units and 2,000 MiB, so that eight fill an instance.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from ballast.facts.capacity import GroupCapacity
from ballast.facts.demands import Demands
from ballast.facts.task import Service, Task, TaskKind
from ballast.policy.rebalancing import Rebalance, RebalancePolicy
from ballast.rebalance.ground import Ground
from ballast.rebalance.snapshot import Budget, Group, Instance, Market, Offer, Price, Provider, Snapshot, Workload
from ballast.records.rebalancing import Method, Move, MovePhase
from tests.builders import ARN, CLUSTER, NOW, a_cluster, a_container_instance

PROVIDER, GROUP = "web-provider", "web"
CPU, MEMORY = 4096, 16000
PRICES = {"m6i.xlarge": 0.2, "m6i.large": 0.1, "m6i.2xlarge": 0.4}
OFFERS = {
    "m6i.large": Offer("m6i.large", {"cpu": 2048, "memory": 8000, "eni": 4}),
    "m6i.xlarge": Offer("m6i.xlarge", {"cpu": CPU, "memory": MEMORY, "eni": 8}),
    "m6i.2xlarge": Offer("m6i.2xlarge", {"cpu": 8192, "memory": 32000, "eni": 16}),
}
DAY = timedelta(days=1)
ON = RebalancePolicy(
    rebalance=Rebalance.ON, scale_out=True, headroom=True, consolidate=True, replace=True,
    saving_usd_per_hour_per_move=0.0,
)  # fmt: skip
_numbers = count(1)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def before(number: float) -> datetime:
    return NOW - minutes(number)


def a_task(service: str = "web", **changes: Any) -> Task:
    arn = f"{ARN}task/{CLUSTER}/{next(_numbers):032x}"
    kind = changes.pop("kind", TaskKind.SERVICE)
    own = Task(arn, f"service:{service}", kind, "RUNNING", 512, 2000, demands=Demands(), definition=f"{service}:1")
    return replace(own, **changes)


def some_tasks(number: int, service: str = "web", **changes: Any) -> tuple[Task, ...]:
    return tuple(a_task(service, **changes) for _ in range(number))


def a_daemon() -> Task:
    return a_task("agent", kind=TaskKind.DAEMON, cpu_units=0, memory_mib=0)


def an_instance(number: int, *tasks: Task, **changes: Any) -> Instance:
    """Its room is what its tasks leave. What ECS tells of it is changed by `host`."""
    instance_type = changes.pop("instance_type", "m6i.xlarge")
    size = OFFERS.get(instance_type, OFFERS["m6i.xlarge"]).capacity
    told: dict[str, Any] = {
        "capacity_provider": PROVIDER,
        "registered_at": NOW - DAY,
        "free_cpu_units": size["cpu"] - sum(t.cpu_units for t in tasks),
        "free_memory_mib": size["memory"] - sum(t.memory_mib for t in tasks),
        "ports_in_use": frozenset(port for t in tasks for port in t.host_ports),
        "running_tasks": sum(not t.stopped for t in tasks),
        **changes.pop("host", {}),
    }
    zone = changes.pop("zone", "a")
    told["attributes"] = {"ecs.availability-zone": zone, **told.get("attributes", {})}
    host = a_container_instance(number, **told)
    own = Instance(host, instance_type, zone, GROUP, tasks=tuple(tasks), interfaces=size["eni"], version=number)
    return replace(own, **changes)


def tight(number: int, cpu_units: int, memory_mib: int) -> Instance:
    """One with so much room left, too new to go."""
    host = {"free_cpu_units": cpu_units, "free_memory_mib": memory_mib, "registered_at": before(1)}
    return an_instance(number, *some_tasks(1, "there"), host=host)


def in_one_order() -> tuple[Instance, Instance, Instance]:
    """The tasks of the first find room on the others if the large one comes first: it takes what the small one likes best."""
    both = (a_task("large", cpu_units=2000, memory_mib=4000), a_task("small", cpu_units=500, memory_mib=2000))
    return an_instance(1, *both), tight(2, 2000, 4000), tight(3, 500, 5000)


def a_group(*instances: Instance, **changes: Any) -> Group:
    """With all that it should have. `capacity` changes what the other rooms see of it."""
    told = changes.pop("capacity", {})
    name = changes.pop("name", GROUP)
    ids = frozenset(i.id for i in instances if i.group == name)
    zones = frozenset(i.zone for i in instances) or frozenset({"a"})
    seen = replace(GroupCapacity(name, len(ids), ids, zones=zones), **told)
    own = Group(seen, min_size=0, max_size=100, offers=(OFFERS["m6i.xlarge"],), desired_since=NOW - DAY)
    return replace(own, **changes)


def a_provider(**changes: Any) -> Provider:
    return replace(Provider(PROVIDER, GROUP, reservation=100.0), **changes)


def workload(name: str = "web", running: int = 0, **changes: Any) -> Workload:
    """`service` changes what ECS tells of it."""
    told = changes.pop("service", {})
    service = replace(Service(name, running, running, 0), **told)
    own = Workload(service, a_task(name), providers={PROVIDER: 1}, peak=service.desired)
    return replace(own, **changes)


def a_snapshot(*instances: Instance, **changes: Any) -> Snapshot:
    """One provider on one group, which nobody else resizes (`managed`: ECS does), with a service for each of the tasks.

    `group`, `provider` and `services` take changes of these; the rest is fields of the snapshot.
    """
    managed = changes.pop("managed", False)
    running = Counter(
        t.service for i in instances for t in i.tasks or () if t.kind is TaskKind.SERVICE and not t.stopped
    )
    services = {name: workload(name, number) for name, number in running.items()}
    samples = {t.service: t for i in instances for t in i.tasks or ()}
    services = {name: replace(w, copy=samples[name]) for name, w in services.items()}
    services |= changes.pop("services", {})
    provider = changes.pop("provider", {})
    group = changes.pop("group", {})
    prices = tuple(Price(t, Market.ON_DEMAND, usd) for t, usd in PRICES.items())
    own = Snapshot(
        a_cluster(),
        providers=(a_provider(managed_scaling=managed, **provider),),
        groups=(a_group(*instances, **group),),
        instances=tuple(instances),
        services=services,
        prices=(*prices, *(replace(p, market=Market.SPOT, per_hour=p.per_hour / 2) for p in prices)),
        budget=Budget(5, 0),
    )
    return replace(own, **changes)


def a_move(instance: Instance, **changes: Any) -> Move:
    own = Move(
        CLUSTER, instance.id, PROVIDER, GROUP, Method.CONSOLIDATE, MovePhase.DRAINING,
        started_at=before(5), deadline=NOW + minutes(30), desired=3, services=("web",), tasks=2,
    )  # fmt: skip
    return replace(own, **changes)


def ground(snapshot: Snapshot, policy: RebalancePolicy = ON, now: datetime = NOW) -> Ground:
    return Ground(snapshot, policy, now)
