"""What rebalancing lives in: providers that scale, load that moves, launches that are refused, prices that are not there."""

from __future__ import annotations

from functools import partial
from random import Random

from simulator.chaos.draw import Act
from simulator.moves import REBALANCE, SPARE
from simulator.world.core.capacity_records import ScalingRules
from simulator.world.core.records import Shape
from simulator.world.ecs.deployments import Breaker

SCALED, OWN, MIXED = "scaled", "own", "mixed"
SMALL, LARGE = Shape("m7g.large", 2048, 7680), Shape("m7g.2xlarge", 8192, 31488)
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
QUICKER = {  # an empty one is left to its default
    "stabilisation-minutes": ("1", "1", "5", ""),
    "saving-usd": ("0", ""),
    "launch-instances": ("on", "", ""),
    "stop-before-start": ("on", "", "", ""),
    "spare-percent": ("10", "", "", ""),
}
METHODS = ("scale-out", "headroom", "consolidate", "replace")
PUT_RIGHT_MINUTES = 60.0
SWITCHED_OFF_MINUTES = 104.0  # what is under way ends, and the world becomes quiet


def rebalancing(act: Act) -> None:
    """Switched on, each method or not; load falls early on, so that what is left is fragments."""
    rng, tags = act.rng, act.where.world.clusters["prod"].tags
    provided(act)
    tags[REBALANCE] = rng.choice(("on", "on", "on", "report"))
    tags |= {f"{REBALANCE}-{method}": rng.choice(("on", "on", "on", "off")) for method in METHODS}
    tags |= {f"{REBALANCE}-{name}": value for name, values in QUICKER.items() if (value := rng.choice(values))}
    for group in (SCALED, OWN):  # what has just been launched rests
        if rng.random() < 0.7:
            act.where.world.age_group(group)
    act.at(SWITCHED_OFF_MINUTES, "rebalancing is switched off", partial(_switch_off, tags))
    if rng.random() < 0.5:
        tags[SPARE] = f"{rng.randint(1, 2)} x placed-0"
    for number in range(2):
        fall = rng.randint(1, 3)
        act.at(rng.uniform(3, 8), "load falls", lambda n=number, f=fall: _scale(act, f"placed-{n}", f))  # type: ignore[misc]
    for _ in range(rng.randint(0, 2)):  # of the group that nobody scales
        rise = rng.randint(4, 14)
        act.at(rng.uniform(14, 40), "load rises", lambda r=rise: _scale(act, "placed-1", -r))  # type: ignore[misc]


def provided(act: Act) -> None:
    """A group that ECS scales and one that nobody does, with services on them: the same of a seed, whichever row asks first."""
    world, rng = act.where.world, Random(f"{act.where.seed} provides")
    if SCALED in world.groups.groups:
        return
    protects = rng.random() < 0.6
    world.add_group(
        SCALED,
        "prod",
        desired=rng.randint(4, 7),
        maximum=12,
        minimum=rng.choice((0, 0, 2)),
        shape=rng.choice((SMALL, Shape())),
        zones=ZONES[: rng.randint(1, 3)],
        scaling=ScalingRules(warmup_s=rng.choice((0.0, 300.0)), keeps_daemon_protection=rng.random() < 0.3),
        target_capacity=rng.choice((100, 100, 95, 90, 80)),
        new_instances_protected_from_scale_in=protects,
    )
    world.add_group(
        OWN,
        "prod",
        desired=rng.randint(3, 5),
        maximum=10,
        shape=rng.choice((SMALL, LARGE)),
        spot=rng.random() < 0.3,
        zones=ZONES[: rng.randint(1, 3)],
        capacity_provider=OWN,
    )
    for number in range(rng.randint(2, 4)):
        world.add_service(
            "prod",
            f"placed-{number}",
            desired=rng.randint(2, 7),
            cpu=rng.choice((128, 256, 512)),
            memory_mib=rng.choice((256, 512, 1024)),
            minimum_healthy_percent=rng.choice((50, 100, 100)),
            maximum_percent=200,
            binpack=rng.random() < 0.4,
            capacity_providers=[OWN if number == 1 else SCALED],
            zone_rebalancing=rng.random() < 0.2,
            awsvpc=number == 2 and rng.random() < 0.5,
        )
    act.at(PUT_RIGHT_MINUTES, "room is made", lambda: _make_room(act))


def load_moves(act: Act) -> None:
    """Curves, steps, and deployments, some of which fail."""
    world, rng = act.where.world, act.rng
    breakers: tuple[Breaker, ...] = ("off", "stop", "rollback")
    breaker = rng.choice(breakers)

    def happens() -> str | None:
        services = [s for s in world.clusters["prod"].services.values() if not s.daemon and s.spec.launch_type == "EC2"]
        service = rng.choice(services)
        what = rng.choice(("step", "step", "deploy", "deploy that fails"))
        if service.replaced is not None or service.minimum >= service.maximum:
            return None  # of one that can never replace a task, no deployment would end
        if what == "step":
            world.step_service("prod", service.name, rng.choice((-3, -2, 2, 4)))
        else:
            fails = what != "deploy"
            world.deploy("prod", service.name, fails=fails, circuit_breaker=breaker if fails else None)
            if fails and breaker != "rollback":  # people bring out what works
                act.where.clock.after(rng.uniform(300, 900), lambda: world.deploy("prod", service.name))
        return f"{service.name}: {what}"

    for _ in act.times(2, 6):
        act.at_some_time("load moves", happens, until=42)


def tasks_by_provider(act: Act) -> None:
    """Standalone tasks that start or wait, some of a size that no instance has; people end them."""
    world, rng = act.where.world, act.rng
    provided(act)

    def run() -> str:
        cpu = rng.choice((256, 1024, 1024, 65_536))
        started = world.run_task_by_provider("prod", SCALED, f"job-{cpu}", cpu=cpu, memory_mib=512)
        return f"{cpu} CPU units: {'there' if started else 'refused'}"

    for _ in act.times(1, 4):
        act.at_some_time("a task of a provider", run, until=50)
    act.at(PUT_RIGHT_MINUTES, "jobs end", lambda: _end_jobs(act))


def _make_room(act: Act) -> str | None:
    """People raise what does not hold its tasks."""
    world, cluster = act.where.world, act.where.world.clusters["prod"]
    short = {item.provider for service in cluster.blocked.values() for item in service.strategy} & {SCALED, OWN, MIXED}
    for name in sorted(short & world.groups.groups.keys()):
        group = world.groups.groups[name]
        world.change_limits(name, maximum=group.maximum + 3)
        world.set_desired(name, group.desired + 2)
    return ", ".join(sorted(short)) or None


def _switch_off(tags: dict[str, str]) -> str:
    tags[REBALANCE] = "off"
    return "prod"


def _scale(act: Act, service: str, by: int) -> str | None:
    known = act.where.world.clusters["prod"].services.get(service)
    if known is None:
        return None
    act.where.world.scale_service("prod", service, max(1, known.desired - by))
    return service


def _end_jobs(act: Act) -> str:
    cluster, world = act.where.world.clusters["prod"], act.where.world
    jobs = [task for task in cluster.tasks.values() if task.service is None and task.spec.family.startswith("job-")]
    for task in jobs:
        world.stop_task(task.arn)
    for one in [one for one in cluster.waiting.values() if one.service is None]:
        world.scheduler.waiting.stop(one, "UserInitiated", "Task stopped by user")
    return f"{len(jobs)} of them"
