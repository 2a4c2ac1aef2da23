"""Which clusters are decided about? Five groups of three types, 200 services, instances filled unevenly."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ballast.facts.capacity import GroupCapacity
from ballast.facts.demands import Demands
from ballast.facts.task import Service, Task, TaskKind
from ballast.facts.view import Cluster, ContainerInstance, InstanceStatus
from ballast.rebalance.snapshot import Budget, Group, Instance, Market, Offer, Price, Provider, Snapshot, Workload

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
GROUPS, SERVICES = 5, 200
SIZES = {"m6i.large": (2048, 7900, 0.096), "m6i.xlarge": (4096, 15900, 0.192), "m6i.2xlarge": (8192, 31900, 0.384)}
INTERFACES = 60  # of each instance


def snapshot(instances: int, tasks: int, seed: int = 1, *, ecs_scales: bool) -> Snapshot:
    """About so many tasks: each instance wants between one and three times the average, as far as they fit."""
    rng = random.Random(seed)
    likes = [_like(rng, number) for number in range(SERVICES)]
    weights = [1 / (number + 1) for number in range(SERVICES)]
    fleet = [_instance(rng, number, likes, weights, 3 * tasks // instances) for number in range(instances)]
    running = Counter(task.service for instance in fleet for task in instance.tasks or ())
    providers = {f"provider-{g}": 1 for g in range(GROUPS)}
    services = {
        like.service: Workload(Service(like.service, n, n, 0), like, providers=providers, peak=n, packs=True)
        for like in likes
        if (n := running[like.service])
    }
    return Snapshot(
        Cluster("bench", "arn:aws:ecs:eu-central-1:123456789012:cluster/bench"),
        providers=tuple(Provider(f"provider-{g}", f"group-{g}", managed_scaling=ecs_scales) for g in range(GROUPS)),
        groups=tuple(_group(f"group-{g}", fleet) for g in range(GROUPS)),
        instances=tuple(fleet),
        services=services,
        prices=tuple(Price(name, Market.ON_DEMAND, usd) for name, (_, _, usd) in SIZES.items()),
        budget=Budget(instances // 10, 0),
    )


def _like(rng: random.Random, number: int) -> Task:
    cpu, memory = rng.choice((128, 256, 512, 1024)), rng.choice((256, 512, 1024, 2048)) + 8 * number
    demands = Demands(own_interface=rng.random() < 0.5)
    name = f"service-{number}"
    return Task(
        "", f"service:{name}", TaskKind.SERVICE, "RUNNING", cpu, memory, definition=f"{name}:1", demands=demands
    )


def _instance(rng: random.Random, number: int, likes: list[Task], weights: list[float], most: int) -> Instance:
    kind = rng.choice(sorted(SIZES))
    cpu, memory, _ = SIZES[kind]
    tasks: list[Task] = []
    for like in rng.choices(likes, weights, k=rng.randint(1, most)):
        if like.cpu_units <= cpu and like.memory_mib <= memory:
            arn = f"arn:aws:ecs:eu-central-1:123456789012:task/bench/{number:08x}{len(tasks):024x}"
            tasks.append(replace(like, arn=arn))
            cpu, memory = cpu - like.cpu_units, memory - like.memory_mib
    group, zone = number % GROUPS, "abc"[number // GROUPS % 3]
    host = ContainerInstance(
        f"arn:{number}", "bench", f"i-{number:017x}", InstanceStatus.ACTIVE, agent_connected=True,
        running_tasks=len(tasks), pending_tasks=0, capacity_provider=f"provider-{group}",
        free_cpu_units=cpu, free_memory_mib=memory, attributes={"ecs.availability-zone": zone},
        registered_at=NOW - timedelta(days=1),
    )  # fmt: skip
    return Instance(host, kind, zone, f"group-{group}", tasks=tuple(tasks), interfaces=INTERFACES)


def _group(name: str, fleet: list[Instance]) -> Group:
    ids = frozenset(i.id for i in fleet if i.group == name)
    offers = tuple(Offer(kind, {"cpu": c, "memory": m, "eni": INTERFACES}) for kind, (c, m, _) in SIZES.items())
    seen = GroupCapacity(name, len(ids), ids, zones=frozenset("abc"))
    return Group(seen, 0, 2 * len(ids), offers, desired_since=NOW - timedelta(days=1))
