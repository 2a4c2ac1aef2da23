"""What AWS announces: changes that move and close, reservations that end, restarts, and news that come far too late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from simulator.chaos.draw import Act
from simulator.world.ec2.instances import instance_arn

OLD_S = (1800.0, 7200.0)


def changes(act: Act) -> None:
    """A change of one to three instances, which is moved, closed, or over for one of them."""
    world = act.where.world

    def announce() -> str | None:
        ids = {i for i in (act.instance() for _ in act.times(1, 3)) if i is not None}
        if not ids:
            return None
        entities: dict[str, str | None] = {
            act.rng.choice((i, instance_arn(i))): act.rng.choice(("PENDING", "PENDING", None)) for i in sorted(ids)
        }
        entities |= act.rng.choice(({}, {"UNKNOWN": None}, {"h-0d123456bbf78910d": "PENDING"}))
        date = world.clock.utc + timedelta(minutes=act.rng.choice((20, 45, 70)))
        change = world.schedule_change(entities, date)
        for _ in act.times(0, 2):
            act.where.clock.after(act.rng.uniform(30, 1500), lambda: _change(act, change))
        return ", ".join(sorted(ids))

    for _ in act.times(1, 3):
        act.at_some_time("scheduled change", announce, until=40)


def reservations(act: Act) -> None:
    world = act.where.world

    def warn() -> str | None:
        instance = act.instance()
        if instance is not None:
            world.warn_capacity_reservation(instance)
        return instance

    def block() -> str | None:
        instance = act.instance()
        if instance is not None:
            world.end_capacity_block([instance])
        return instance

    for _ in act.times(1, 2):
        act.at_some_time("reservation ends", warn)
    if act.rng.random() < 0.3:
        act.at_some_time("capacity block ends", block)


def restarts(act: Act) -> None:
    """EC2 or a person stops an instance and starts it again: one outside any group, or one that its group keeps."""
    world = act.where.world
    alone = [world.add_instance("prod", spot=act.rng.random() < 0.5).id for _ in act.times(1, 3)]

    def stop() -> str | None:
        instance = act.rng.choice(alone) if act.rng.random() < 0.7 else act.instance()
        if instance is None or world.ec2.instances[instance].going:
            return None
        if act.rng.random() < 0.5:
            world.stop_instance(instance)
        else:
            world.warn_spot(instance, "stop")
        act.where.clock.after(act.rng.uniform(240, 1200), lambda: world.start_instance(instance))
        return instance

    for _ in act.times(1, 3):
        act.at_some_time("stopped, to be started again", stop, until=45)


def stale(act: Act) -> None:
    """Half an hour to two hours old, about hosts that run."""
    names: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("EC2 Instance State-change Notification", "aws.ec2", {"state": "stopping"}),
        ("EC2 Instance State-change Notification", "aws.ec2", {"state": "shutting-down"}),
        ("EC2 Instance State-change Notification", "aws.ec2", {"state": "terminated"}),
        ("EC2 Spot Instance Interruption Warning", "aws.ec2", {"instance-action": "terminate"}),
        ("EC2 Instance Rebalance Recommendation", "aws.ec2", {}),
    )
    for number in act.times(1, 4):
        kind, source, detail = act.rng.choice(names)
        act.at_some_time(f"stale {kind} {detail}", _late(act, number, kind, source, detail))


def _late(act: Act, number: int, kind: str, source: str, detail: dict[str, str]) -> Callable[[], str | None]:
    def happens() -> str | None:
        world = act.where.world
        instance = act.instance()
        if instance is None:
            return None
        then = world.clock.utc - timedelta(seconds=act.rng.uniform(*OLD_S))
        act.where.deployment.bus.put(
            {
                "version": "0",
                "id": f"chaos-stale-{number}-{instance}",
                "detail-type": kind,
                "source": source,
                "account": world.account_id,
                "time": f"{then:%Y-%m-%dT%H:%M:%SZ}",
                "region": world.region,
                "resources": [instance_arn(instance)],
                "detail": {"instance-id": instance, **detail},
            }
        )
        return instance

    return happens


def _change(act: Act, change: str) -> None:
    world = act.where.world
    known = world.scheduled_changes.changes[change]
    match act.rng.randrange(3):
        case 0:
            world.close_change(change)
        case 1 if not known.is_closed:
            world.move_change(change, world.clock.utc + timedelta(minutes=act.rng.choice((10, 30))))
        case 2:
            world.set_change_entity(change, act.rng.choice(list(known.entities)), "RESOLVED")
        case _:
            pass
