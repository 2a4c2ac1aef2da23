"""Which five mixes of services run, on which instance types? The demands are those of the packing tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from ballast.packing.bound import fluid
from ballast.packing.model import Pool
from ballast.packing.problem import Problem
from benchmarks.packing import fleets, workloads
from simulator.world.core.records import Shape as InstanceShape

SMALL = r"(c6i|m6i|r6i)\.(xlarge|2xlarge)"
MIDDLE = r"(c6i|m6i|r6i)\.(2xlarge|4xlarge)"
WITH_GPUS = r"(c6i|m6i|r6i)\.(xlarge|2xlarge)|g4dn\.(xlarge|2xlarge)"
GIB_PER_VCPU = {"c": 2, "m": 4, "r": 8, "g": 4}


@dataclass(frozen=True, slots=True)
class Mix:
    """`demand(tasks, seed)`: copies at the mean of the day, by shape. `types`: one Auto Scaling group for each."""

    name: str
    demand: Callable[[int, int], workloads.Demand]
    tasks: int
    types: str


def little(tasks: int, seed: int) -> workloads.Demand:
    """Small services, half of them awsvpc, some with a static host port: those of the consolidation table."""
    return {shape: max(1, copies * tasks // 10_000) for shape, copies in fleets.services(seed)}


def one_gpu(tasks: int, seed: int) -> workloads.Demand:
    """A quarter of the services use a GPU each: types with four would be the tenth part of such a fleet each."""
    demand: workloads.Demand = {}
    for shape, copies in workloads.gpu(tasks, seed).items():
        gpus = shape.requirements.get("gpu", 1)
        demand[shape._replace(requirements={name: n // gpus for name, n in shape.requirements.items()})] = copies
    return demand


MIXES = {
    mix.name: mix
    for mix in (
        Mix("little", little, 800, SMALL),
        Mix("karpenter", workloads.karpenter, 400, SMALL),
        Mix("ecs", workloads.ecs, 400, MIDDLE),
        Mix("memory", workloads.memory_heavy, 200, MIDDLE),
        Mix("gpu", one_gpu, 400, WITH_GPUS),
    )
}


@cache
def pools(types: str) -> tuple[Pool, ...]:
    """Named as their type, which is also the name of the group."""
    every = workloads.pools("full", gpu=True)
    return tuple(sorted((p for p in every if re.fullmatch(types, p.name)), key=lambda p: p.name))


def instance_shape(pool: Pool) -> InstanceShape:
    """With a trunk's interfaces for tasks in awsvpc mode, as the packing tables have them."""
    vcpus = pool.capacity["cpu"] // 1024
    return InstanceShape(
        pool.instance_type,
        cpu=pool.capacity["cpu"],
        memory_mib=pool.capacity["memory"],
        gpus=pool.capacity["gpu"],
        task_enis=pool.capacity["eni"],
        nominal_memory_mib=vcpus * GIB_PER_VCPU[pool.name[0]] * 1024,
    )


def larger_size(mix: Mix) -> tuple[Pool, ...]:
    """One group for each family, as where ECS scales: of its sizes the largest, which packs best; every GPU type."""
    best: dict[str, Pool] = {}
    for pool in pools(mix.types):
        family = pool.name if pool.capacity["gpu"] else pool.name.partition(".")[0]
        if family not in best or pool.price_usd_per_hour > best[family].price_usd_per_hour:
            best[family] = pool
    return tuple(best[family] for family in sorted(best))


def homes(mix: Mix, demand: workloads.Demand) -> dict[str, Pool]:
    """Where a copy of each shape costs least, by each pool's price spread over its resources as the bound spreads it."""
    problem = Problem(demand, larger_size(mix))
    weights = fluid(problem).weights
    found: dict[str, Pool] = {}
    for item, names in enumerate(problem.copies_by_name):
        cost = {
            t: sum(weights[t][c] * problem.price[t] * x for c, x in problem.shares(item, t))
            for t in problem.pools_of[item]
        }
        found |= dict.fromkeys(names, problem.pools[min(cost, key=lambda t: (cost[t], t))])
    return found
