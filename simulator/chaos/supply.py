"""What EC2 and Auto Scaling have to give: shortages, prices, uneven zones, old instances, launches that take long or fail."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from simulator.chaos.capacity import KEPT
from simulator.chaos.draw import Act
from simulator.chaos.rebalancing import LARGE, OWN, PUT_RIGHT_MINUTES, SCALED, SMALL, ZONES, provided
from simulator.world import World
from simulator.world.autoscaling.group_records import Fault
from simulator.world.core.records import Shape


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
    act.at_some_time("untagged", partial(untag, act))


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
    act.at_some_time("newcomers never join", partial(_never_join, act, rng.choice((SCALED, OWN))), until=40)
    act.at(PUT_RIGHT_MINUTES, "what never joined is ended", partial(end_unjoined, act, SCALED, OWN))


def untag(act: Act) -> str | None:
    """Of the group that ECS scales, unless it is deleted before."""
    if SCALED not in act.where.world.groups.groups:
        return None
    act.where.world.untag_group(SCALED)
    return SCALED


def _even(world: World, group: str, *, balanced_only: bool) -> str | None:
    if group not in world.groups.groups:
        return None
    world.rebalance_zones(group, balanced_only=balanced_only)
    return group


def break_newcomers_of(act: Act, group: str, fault: Fault, for_s: float) -> str | None:
    """Of a group that may be deleted before, or meanwhile."""
    world = act.where.world
    if group not in world.groups.groups:
        return None

    def put_right() -> None:
        if group in world.groups.groups:
            world.break_newcomers(group, None)

    world.break_newcomers(group, fault)
    act.where.clock.after(for_s, put_right)
    return group


def _never_join(act: Act, name: str) -> str | None:
    return break_newcomers_of(act, name, "never_joins", act.rng.uniform(300, 900))


def end_unjoined(act: Act, *names: str) -> str | None:
    """Of these groups. Nobody else does where ECS and Ballast leave it."""
    world = act.where.world
    groups = [world.groups.groups[name] for name in names if name in world.groups.groups]
    unjoined = [m.instance.id for g in groups for m in g.members.values() if m.state == "InService"]
    unjoined = [i for i in unjoined if not any(i in cluster.by_ec2_id for cluster in world.clusters.values())]
    for instance in unjoined:
        world.terminate_instance(instance)
    return ", ".join(unjoined) or None


def _lift(act: Act, group: str) -> str | None:
    known = act.where.world.groups.groups.get(group)
    if known is None:
        return None
    known.max_lifetime_s = None
    return group
