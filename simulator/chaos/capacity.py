"""What people and AWS do to groups: Standby, pools, hooks, launches that do not come, zones that are lost."""

from __future__ import annotations

from collections.abc import Callable

from simulator.chaos.draw import Act, managed_groups
from simulator.world.autoscaling.group_records import LAUNCHING, Hook
from simulator.world.ec2.answers import Refusal

KEPT = ("rocket", "rocket-loose")  # a rollout replaces these by itself, and may not meet another refresh
THEIR_LAUNCH = "their-launch"


def standby(act: Act) -> None:
    world = act.where.world

    def enter() -> str | None:
        instance = act.instance(drained_rather=0.0)
        if instance is not None:
            world.enter_standby(instance, decrement=act.rng.random() < 0.5)
            act.where.clock.after(act.rng.uniform(300, 1800), lambda: world.exit_standby(instance))
        return instance

    for _ in act.times(1, 3):
        act.at_some_time("Standby", enter)


def detached(act: Act) -> None:
    def detach() -> str | None:
        instance = act.instance()
        if instance is not None:
            act.where.world.detach_instance(instance, decrement=act.rng.random() < 0.5)
        return instance

    for _ in act.times(1, 2):
        act.at_some_time("detached", detach)


def warm_pool(act: Act) -> None:
    for _ in act.times(1, 2):
        act.at_some_time("warm pool", _of_a_group(act, lambda group: _put_pool(act, group)), until=30)
    for _ in act.times(1, 3):
        act.at_some_time("scale-in", _of_a_group(act, lambda group: _scale_in(act, group)))


def warm_pool_deleted(act: Act) -> None:
    """While its instances leave, which our hook may hold, some cannot ask who is in it."""
    world = act.where.world

    def delete(group: str) -> str | None:
        if group not in world.groups.groups:
            return None
        world.delete_warm_pool(group)
        if act.rng.random() < 0.5:
            how: Refusal = act.rng.choice(("denied", "throttled"))
            world.refuse_calls("autoscaling", "DescribeWarmPool", how, for_s=act.rng.uniform(60, 600))
        return group

    def put(group: str) -> str:
        at_s = act.where.clock.now_s + act.rng.uniform(300, 1500)
        act.at(at_s / 60, "warm pool deleted", lambda: delete(group))
        return _put_pool(act, group)

    act.at_some_time("warm pool", _of_a_group(act, put), until=30)


def hooks_of_others(act: Act) -> None:
    """Somebody else's hook beside ours, and launches that wait, some of which are given up for a quarter of an hour."""
    groups = act.where.world.groups.groups
    for name in ("spot", "steady", "loose"):
        if act.rng.random() < 0.6:
            groups[name].hooks[THEIR_LAUNCH] = Hook(THEIR_LAUNCH, "CONTINUE", act.rng.choice((60, 300)), LAUNCHING)
        if act.rng.random() < 0.6:
            groups[name].hooks["their-end"] = Hook("their-end", "CONTINUE", act.rng.choice((60, 300, 1200)))

    def abandon(group: str) -> str:
        groups[group].hooks[THEIR_LAUNCH] = Hook(THEIR_LAUNCH, "ABANDON", 120, LAUNCHING)
        act.where.clock.after(900, lambda: _unhook(act, group))
        return group

    if act.rng.random() < 0.3:
        act.at_some_time("launches are abandoned", _of_a_group(act, abandon, but=KEPT), until=45)


def root_volumes(act: Act) -> None:
    def replace(group: str) -> str:
        act.where.world.replace_root_volumes(group)
        return group

    act.at_some_time("root volumes", _of_a_group(act, replace, but=KEPT), until=30)


def launches_suspended(act: Act) -> None:
    world = act.where.world

    def suspend(group: str) -> str:
        world.suspend_processes(group, "Launch")
        act.where.clock.after(act.rng.uniform(600, 2400), lambda: _resume(act, group))
        return group

    act.at_some_time("launches suspended", _of_a_group(act, suspend))


def launches_fail(act: Act) -> None:
    def fail(group: str) -> str:
        act.where.world.fail_launches(group)
        act.where.clock.after(act.rng.uniform(300, 2400), lambda: _allow(act, group))
        return group

    for _ in act.times(1, 2):
        act.at_some_time("launches fail", _of_a_group(act, fail))


def group_deleted(act: Act) -> None:
    def delete(group: str) -> str:
        act.where.world.delete_group(group)
        return group

    act.at_some_time("deleted", _of_a_group(act, delete, but=(*KEPT, "spot", "steady")))


def zone_lost(act: Act) -> None:
    world = act.where.world

    def lose() -> str:
        zone = act.rng.choice(("us-east-1a", "us-east-1b", "us-east-1c"))
        world.lose_zone(zone, act.rng.choice(("terminated", "unreachable")))
        act.where.clock.after(act.rng.uniform(300, 1500), lambda: world.restore_zone(zone))
        return zone

    act.at_some_time("zone lost", lose, until=45)


def _of_a_group(act: Act, do: Callable[[str], str], but: tuple[str, ...] = ()) -> Callable[[], str | None]:
    def happens() -> str | None:
        group = act.group(of=lambda name: name not in but)
        return None if group is None else do(group)

    return happens


def zone_shifted(act: Act) -> None:
    """Of the same zone for every group, as people do; one of them may be AWS's autoshift."""

    def shift() -> str:
        zone = act.rng.choice(("us-east-1a", "us-east-1b", "us-east-1c"))
        zones = {name: group.zones for name, group in act.where.world.groups.groups.items()}
        for group in managed_groups(act.where):
            if zone not in zones[group]:
                continue
            for_s = act.rng.uniform(300, 1500)
            replaces, autoshift = act.rng.random() < 0.5, act.rng.random() < 0.3
            act.where.world.shift_zone(group, zone, replace_unhealthy=replaces, for_s=for_s, autoshift=autoshift)
        return zone

    act.at_some_time("zonal shift", shift, until=35)


def _put_pool(act: Act, group: str) -> str:
    act.where.world.put_warm_pool(
        group,
        minimum=act.rng.choice((0, 1)),
        most_prepared=act.where.world.groups.groups[group].desired + act.rng.choice((1, 2)),
        state=act.rng.choice(("Stopped", "Running", "Hibernated")),
        reuse_on_scale_in=act.rng.random() < 0.4,
    )
    return group


def _scale_in(act: Act, group: str) -> str:
    act.where.world.scale_in(group)
    return group


def _unhook(act: Act, group: str) -> None:
    if group in act.where.world.groups.groups:
        act.where.world.groups.groups[group].hooks.pop(THEIR_LAUNCH, None)


def _resume(act: Act, group: str) -> None:
    if group in act.where.world.groups.groups:
        act.where.world.resume_processes(group)


def _allow(act: Act, group: str) -> None:
    if group in act.where.world.groups.groups:
        act.where.world.allow_launches(group)
