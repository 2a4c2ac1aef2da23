"""A day of one mix: groups, services, their daily curves and deployments, the same for every contender of a seed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from ballast.packing.model import Shape
from ballast.packing.planning import plan_capacity
from ballast.policy.settings import CLUSTER_TAG
from benchmarks.packing.workloads import Demand
from benchmarks.rebalance.mixes import Mix, homes, instance_shape, larger_size, pools
from simulator.stage import MANAGED
from simulator.world import World
from simulator.world.autoscaling.readings import Readings
from simulator.world.core.capacity_records import ScalingRules

CLUSTER = "prod"
DAY_S = 86_400.0
MOST_INSTANCES = 200  # of a group
FEW = 8  # copies up to which a deployment may double a service
DEPLOYMENTS = 1  # of each service, in a day, on average
NIGHT_SHARE, FLAT_SHARE = 0.15, 0.15  # of the services: batch work with its peak at night; no curve at all
SPARE_AT_FIRST = 1.1  # times what is planned for the first hour: the fleet that everybody begins with


@dataclass(frozen=True, slots=True)
class Load:
    """A service: its shape, and how many copies are desired at each hour."""

    shape: Shape
    curve: tuple[int, ...]
    deployed_at_s: tuple[float, ...]
    first_s: float  # when Service Auto Scaling looks at it first


@dataclass(frozen=True, slots=True)
class Layout:
    """How the contender's operator has set the cluster up.

    `pinned`: services with a capacity provider each, as ECS needs them to scale; otherwise by launch type, anywhere.
    `ecs_scales`: ECS managed scaling with managed termination protection, at this target capacity; None: off.
    """

    pinned: bool = False
    ecs_scales: int | None = None


def loads(mix: Mix, seed: int) -> tuple[Load, ...]:
    rng = Random(f"{mix.name} {seed}")
    return tuple(_load(rng, shape, copies) for shape, copies in mix.demand(mix.tasks, seed).items())


def _load(rng: Random, shape: Shape, mean: int) -> Load:
    kind = rng.random()
    swing = 0.0 if kind < FLAT_SHARE or mean <= 1 else rng.uniform(0.2, 0.5)
    peak = rng.gauss(2 if kind > 1 - NIGHT_SHARE else 14, 1.5)
    curve = [max(1, round(mean * (1 + swing * math.cos((hour - peak) * math.pi / 12)))) for hour in range(24)]
    number = sum(rng.random() < 1 / 2 for _ in range(2 * DEPLOYMENTS))
    deployed = sorted(rng.uniform(0, DAY_S) for _ in range(number))
    return Load(shape, tuple(curve), tuple(deployed), rng.uniform(0, 300))


def demand_at(day: tuple[Load, ...], hour: float) -> Demand:
    low, high = int(hour) % 24, (int(hour) + 1) % 24
    part = hour - int(hour)
    return {load.shape: round(load.curve[low] + (load.curve[high] - load.curve[low]) * part) for load in day}


def lay_out(world: World, mix: Mix, seed: int, layout: Layout, tags: Mapping[str, str] = MANAGED) -> tuple[Load, ...]:
    """Everything runs when the clock starts; curves and deployments follow by themselves."""
    world.readings = Readings()  # one reading for all, whatever the seed
    day = loads(mix, seed)
    at_first = demand_at(day, _hour(world))
    where = homes(mix, {load.shape: round(sum(load.curve) / 24) for load in day}) if layout.pinned else {}
    world.add_cluster(CLUSTER, tags)
    _add_groups(world, mix, layout, at_first, {name: pool.name for name, pool in where.items()})
    for load in day:
        _add_service(world, load, at_first[load.shape], where[load.shape.name].name if layout.pinned else None)
    return day


def _hour(world: World) -> float:
    now = world.clock.utc
    return now.hour + now.minute / 60


def _add_groups(world: World, mix: Mix, layout: Layout, at_first: Demand, where: Mapping[str, str]) -> None:
    offers = larger_size(mix) if layout.pinned else pools(mix.types)
    wanted = {s._replace(pools=frozenset({where[s.name]}) if where else None): n for s, n in at_first.items()}
    planned = plan_capacity(wanted, offers).instances
    count = {p.name: math.ceil(SPARE_AT_FIRST * sum(i.count for i in planned if i.pool == p.name)) for p in offers}
    for pool in offers:
        world.set_price(pool.instance_type, pool.price_usd_per_hour)
        world.add_group(
            pool.name,
            CLUSTER,
            desired=count[pool.name],
            maximum=MOST_INSTANCES,
            shape=instance_shape(pool),
            capacity_provider=pool.name if layout.pinned else None,
            scaling=ScalingRules() if layout.ecs_scales else None,
            target_capacity=layout.ecs_scales or 100,
            new_instances_protected_from_scale_in=layout.ecs_scales is not None,
            tags=MANAGED | {CLUSTER_TAG: CLUSTER},
        )


def _add_service(world: World, load: Load, desired: int, provider: str | None) -> None:
    shape, mean = load.shape, sum(load.curve) / len(load.curve)
    needs = shape.requirements
    port = next((int(name.rpartition(":")[2]) for name in needs if name.startswith("port:")), None)
    most = 200 if mean <= FEW else 125
    least = 100
    if needs.get("gpu") and mean > 1:
        most, least = 100, 50  # nobody keeps GPUs to start a second copy on
    world.add_service(
        CLUSTER,
        shape.name,
        desired=desired,
        cpu=needs["cpu"],
        memory_mib=needs["memory"],
        gpus=needs.get("gpu", 0),
        awsvpc=bool(needs.get("eni")),
        host_port=port,
        binpack=True,
        minimum_healthy_percent=least,
        maximum_percent=most,
        deregistration_delay_s=30.0 if needs.get("eni") else 0.0,
        capacity_providers=[provider] if provider else (),
    )
    if len(set(load.curve)) > 1:
        world.clock.at(load.first_s, lambda: world.follow_curve(CLUSTER, shape.name, load.curve))
    for at_s in load.deployed_at_s:
        world.clock.at(at_s, lambda: world.deploy(CLUSTER, shape.name))
