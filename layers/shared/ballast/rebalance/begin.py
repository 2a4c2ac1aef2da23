"""How does giving back begin? The move as it will be remembered, and the claim with its proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from ballast.rebalance.acts import GiveBack
from ballast.rebalance.consolidate import Sweep
from ballast.rebalance.ground import Ground
from ballast.rebalance.parts import Part, whose
from ballast.rebalance.snapshot import Instance
from ballast.records.rebalancing import Method, Move, MovePhase

TO_JOIN = timedelta(minutes=15)  # after which an instance that was launched is given up


def drain_time(ground: Ground, services: Iterable[str]) -> timedelta:
    """As the operator says, and twice what the slowest of them takes to stop: its replacement may stop slowly as well."""
    known = (ground.snapshot.services.get(name) for name in services)
    slowest = max((w.stops_in for w in known if w), default=timedelta())
    return max(ground.snapshot.cluster.policy.voluntary_deadline, 2 * slowest)


def a_move(
    ground: Ground,
    part: Part,
    instance: Instance,
    method: Method,
    phase: MovePhase,
    *,
    saving: float,
    launched: int = 0,
    home: Part | None = None,
) -> Move:
    """`home`: whose group is to launch for it, where it is not its own."""
    group, load = part.group, ground.loads[instance.id]
    services = sorted({ground.asks.by_name[name].service for name in load})
    waits = TO_JOIN if phase is MovePhase.LAUNCHING else drain_time(ground, services)
    return Move(
        cluster=ground.snapshot.cluster.name,
        instance_id=instance.id,
        provider=part.of_provider,
        group=group.name if group else "",
        method=method,
        phase=phase,
        started_at=ground.now,
        deadline=ground.now + waits,
        desired=group.capacity.desired if group else 0,
        services=tuple(services),
        tasks=sum(load.values()),
        saving_usd_per_hour=saving,
        launched=launched,
        known=tuple(i.id for i in (home or part).instances) if launched else (),
        launched_in=home.group.name if home and home.group else "",
    )


def give_back(ground: Ground, parts: Iterable[Part], sweep: Sweep, method: Method) -> Iterator[GiveBack]:
    """One claim an instance of these parts; all of them count on the same receivers."""
    receiving = tuple(sorted(sweep.placements))
    part_of = whose(parts)
    for instance in sweep.gone:
        saving = ground.price(instance) or 0.0
        move = a_move(ground, part_of[instance.id], instance, method, MovePhase.DRAINING, saving=saving)
        counted = receiving if move.tasks else ()
        yield GiveBack(replace(move, receivers=counted), instance.version, sweep.placements if move.tasks else {})
