"""What rebalancing lives in: providers that scale, load that moves, launches that are refused, prices that are not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

from simulator.chaos.capacity import KEPT
from simulator.chaos.draw import Act
from simulator.moves import HEADROOM, REBALANCE
from simulator.world import World
from simulator.world.core.capacity_records import ScalingRules
from simulator.world.core.records import Shape
from simulator.world.ecs.deployments import Breaker

SCALED, OWN = "scaled", "own"
SMALL, LARGE = Shape("m7g.large", 2048, 7680), Shape("m7g.2xlarge", 8192, 31488)
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
METHODS = ("scale-out", "headroom", "consolidate", "replace")
PUT_RIGHT_MINUTES = 60.0


def rebalancing(act: Act) -> None:
    """Switched on, each method or not; load falls early on, so that what is left is fragments."""
    rng, tags = act.rng, act.where.world.clusters["prod"].tags
    provided(act)
    tags[REBALANCE] = rng.choice(("on", "on", "on", "report"))
    tags |= {f"{REBALANCE}-{method}": rng.choice(("on", "on", "off")) for method in METHODS}
    if rng.random() < 0.5:
        tags[HEADROOM] = f"{rng.randint(1, 2)} x placed-0"
    for number in range(2):
        fall = rng.randint(1, 3)
        act.at(rng.uniform(3, 8), "load falls", lambda n=number, f=fall: _scale(act, f"placed-{n}", f))  # type: ignore[misc]


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
            maximum_percent=rng.choice((150, 200, 200)),
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
        if what == "step":
            world.step_service("prod", service.name, rng.choice((-3, -2, 2, 4)))
        elif service.replaced is None:
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


def shortages(act: Act) -> None:
    def run_short() -> str:
        instance_type = act.rng.choice((None, SMALL.instance_type, LARGE.instance_type, Shape().instance_type))
        zone, market = act.rng.choice((None, *ZONES)), act.rng.choice((None, "spot", "on-demand"))
        code = act.rng.choice(("InsufficientInstanceCapacity", "VcpuLimitExceeded", "MaxSpotInstanceCountExceeded"))
        for_s = act.rng.uniform(300, 1500)
        act.where.world.run_short(instance_type, zone, market, code=code, for_s=for_s)
        return f"{instance_type or 'any type'} {zone or 'any zone'} {market or 'any market'} for {for_s:.0f} s"

    for _ in act.times(1, 3):
        act.at_some_time("EC2 runs short", run_short, until=45)


def prices(act: Act) -> None:
    """Spot prices drift; one of the list is missing, zero, negative or no number."""
    world, rng = act.where.world, act.rng
    world.drift_spot_prices(every_s=600.0)

    def change() -> str:
        instance_type = rng.choice((SMALL, LARGE, Shape())).instance_type
        price = rng.choice((None, 0, -1, "free", 0.01, 9.0))
        world.set_price(instance_type, price)
        return f"{instance_type}: {price}"

    act.at(0.5, "a price", change)
    if rng.random() < 0.2:
        world.change_price_list(currency=rng.choice(("USD", "CNY")), listed=rng.random() < 0.5)


def balanced_zones(act: Act) -> None:
    world = act.where.world
    for name in [name for name in world.groups.groups if name not in KEPT]:
        if act.rng.random() < 0.6:
            act.at(0.5, "evens its zones", partial(_even, world, name, balanced_only=act.rng.random() < 0.2))


def old_instances(act: Act) -> None:
    """Of one group; people lift the limit when the hour is over."""
    world = act.where.world

    def limit() -> str | None:
        group = act.group(of=lambda name: name not in KEPT)
        if group is None:
            return None
        if act.rng.random() < 0.5:
            world.put_maintenance_policy(group)
        world.limit_lifetime(group, due_in_s=act.rng.uniform(0, 900))
        act.at(PUT_RIGHT_MINUTES, "lifetimes end", lambda: _lift(act, group))
        return group

    act.at_some_time("instances grow old", limit, until=40)


def untagged(act: Act) -> None:
    provided(act)

    def untag() -> str:
        act.where.world.untag_group(SCALED)
        return SCALED

    act.at_some_time("untagged", untag)


def scheduled_sizes(act: Act) -> None:
    def schedule() -> str | None:
        world = act.where.world
        group = act.group(of=lambda name: name not in KEPT)
        if group is None:
            return None
        desired = world.groups.groups[group].desired + 1
        world.schedule_size(
            group, "chaos", world.clock.utc + timedelta(minutes=act.rng.uniform(5, 15)), desired=desired
        )
        return group

    act.at_some_time("a size is scheduled", schedule, until=40)


def slow_launches(act: Act) -> None:
    """Launches take minutes, or never join, of the groups that rebalancing looks after; ECS ends what never joined, or not."""
    world, rng = act.where.world, act.rng
    provided(act)
    for name in (SCALED, OWN):
        world.launches_take(name, boot_s=(30, 90), join_s=(100, 420))
        if rng.random() < 0.5:
            world.end_unregistered(name, 720.0)
    act.at_some_time("newcomers never join", _never_join(act, rng.choice((SCALED, OWN))), until=40)


def _even(world: World, group: str, *, balanced_only: bool) -> str | None:
    if group not in world.groups.groups:
        return None
    world.rebalance_zones(group, balanced_only=balanced_only)
    return group


def _never_join(act: Act, name: str) -> Callable[[], str]:
    def begin() -> str:
        act.where.world.break_newcomers(name, "never_joins")
        act.where.clock.after(act.rng.uniform(300, 900), lambda: act.where.world.break_newcomers(name, None))
        return name

    return begin


def _make_room(act: Act) -> str | None:
    """People raise what does not hold its tasks."""
    world, cluster = act.where.world, act.where.world.clusters["prod"]
    short = {item.provider for service in cluster.blocked.values() for item in service.strategy} & {SCALED, OWN}
    for name in sorted(short & world.groups.groups.keys()):
        group = world.groups.groups[name]
        world.change_limits(name, maximum=group.maximum + 3)
        world.set_desired(name, group.desired + 2)
    return ", ".join(sorted(short)) or None


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


def _lift(act: Act, group: str) -> str | None:
    known = act.where.world.groups.groups.get(group)
    if known is None:
        return None
    known.max_lifetime_s = None
    return group
