"""What rebalancing has to do: tasks that wait for room which nobody else makes, and the room they leave behind."""

from __future__ import annotations

from functools import partial

from simulator.chaos.draw import Act
from simulator.chaos.rebalancing import LARGE, MIXED, OWN, PUT_RIGHT_MINUTES, SMALL, ZONES, provided
from simulator.world.autoscaling.attached_records import MixedPolicy
from simulator.world.core.capacity_records import ScalingRules

LAUNCHED_BY = 45.0  # minutes: what comes after that comes into the calm


def waves(act: Act) -> None:
    """More than the group holds that nobody scales; then less again, which leaves it half empty."""
    world, rng = act.where.world, act.rng
    provided(act)
    cluster = world.clusters["prod"]
    tasks_before = cluster.services["placed-1"].desired

    def rises(beyond: int) -> str:
        service = cluster.services["placed-1"]
        cpu, memory = service.spec.cpu, service.spec.memory_mib
        own = set(act.where.instances(OWN)) if OWN in world.groups.groups else set()
        hosts = [host for name, host in cluster.by_ec2_id.items() if host.placeable and name in own]
        room = sum(max(0, min(h.free_cpu // cpu, h.free_memory_mib // memory)) for h in hosts)
        world.scale_service("prod", service.name, service.desired + room + beyond)
        return f"placed-1 by {room + beyond}, {beyond} beyond its room"

    falls = partial(_scale, act, "placed-1", tasks_before)
    begins = rng.uniform(5, 20)
    for _ in act.times(1, 2):
        act.at(begins, "a wave", partial(rises, rng.randint(1, 6)))
        ends = begins + rng.uniform(8, 20)
        act.at(ends, "a wave is over", falls)
        begins = ends + rng.uniform(2, 8)
    act.at(PUT_RIGHT_MINUTES - 1, "waves are over", falls)


def larger_tasks(act: Act) -> None:
    """Of a size that only the larger type of a group takes that ECS scales: ECS never launches for them."""
    world, rng = act.where.world, act.rng
    provided(act)
    types = (SMALL, LARGE) if rng.random() < 0.5 else (LARGE, SMALL)
    world.add_group(
        MIXED,
        "prod",
        desired=rng.randint(1, 3),
        maximum=8,
        mixed=MixedPolicy(types=types, on_demand=rng.choice(("prioritized", "lowest-price"))),
        zones=ZONES[: rng.randint(1, 3)],
        scaling=ScalingRules(warmup_s=0.0),
        target_capacity=100,
        new_instances_protected_from_scale_in=True,
    )
    world.add_service(
        "prod", "large", desired=0, cpu=3072, memory_mib=4096, capacity_providers=[MIXED], maximum_percent=200
    )
    act.at(rng.uniform(5, 30), "large tasks", lambda: _scale(act, "large", rng.randint(1, 3)))
    act.at(PUT_RIGHT_MINUTES, "large tasks end", lambda: _scale(act, "large", 0))


def tasks_by_launch_type(act: Act) -> None:
    """More of a service without a provider than the cluster holds."""
    world, rng = act.where.world, act.rng
    provided(act)
    world.add_service("prod", "bare", desired=2, cpu=1024, memory_mib=2048, maximum_percent=200)
    begins = rng.uniform(5, 25)
    ends = begins + rng.uniform(10, 25)
    act.at(begins, "tasks by launch type", lambda: _scale(act, "bare", rng.randint(15, 60)))
    act.at(min(ends, LAUNCHED_BY), "tasks by launch type end", lambda: _scale(act, "bare", 2))


def _scale(act: Act, service: str, desired: int) -> str:
    act.where.world.scale_service("prod", service, desired)
    return f"{service} to {desired}"
