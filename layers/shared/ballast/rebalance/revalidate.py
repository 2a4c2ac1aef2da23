"""Does a plan still hold just before it is carried out? Asked with fresh answers; if not, it is dropped without a word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ballast.rebalance.acts import GiveBack
from ballast.rebalance.consolidate import trial
from ballast.rebalance.ground import Ground
from ballast.rebalance.impossible import waiting
from ballast.rebalance.limits import Limits, LimitsOfSeveral, in_turn, unpacked
from ballast.rebalance.parts import Part, sharing
from ballast.rebalance.receivers import receivers
from ballast.rebalance.removable import is_empty, why_it_stays
from ballast.rebalance.rests import why_nothing_goes
from ballast.rebalance.snapshot import Instance
from ballast.rebalance.stays import IN_ONE_ORDER, Stay, Why
from ballast.records.rebalancing import Move


def revalidate(plan: Iterable[GiveBack], fresh: Ground) -> tuple[GiveBack, ...]:
    """Those that still hold together: each is asked as if those before it had gone."""
    held: list[GiveBack] = []
    limits: dict[str, LimitsOfSeveral] = {}
    gone: dict[str, list[Instance]] = {}
    for each in plan:
        part = next(
            (p for p in fresh.parts if (p.of_provider, _group(p)) == (each.move.provider, each.move.group)), None
        )
        instance = next((i for i in part.instances if i.id == each.move.instance_id), None) if part else None
        if (
            part is None
            or instance is None
            or instance.version != each.version
            or len(held) >= fresh.snapshot.budget.left
        ):
            continue
        if why_nothing_goes(fresh.snapshot, part, fresh.policy, fresh.now) or waiting(fresh, part):
            continue
        family = sharing(fresh.parts, part)
        together = family[0].name
        before = limits.get(together) or LimitsOfSeveral.of(fresh, family)
        empty, loose = is_empty(fresh, instance), unpacked(fresh, instance)
        earlier = gone.setdefault(together, [])
        if why_it_stays(fresh, part, instance) or before.objection(instance, loose, empty=empty):
            continue
        if not _fits(fresh, part, earlier, instance):
            continue
        held.append(each)
        earlier.append(instance)
        limits[together] = before.without(instance, loose, empty=empty)
    return tuple(held)


def why_not_now(ground: Ground, moves: Iterable[Move], joined: Iterable[Instance]) -> dict[str, Stay]:
    """Of those that waited for the same launch, which has `joined`: why each may not drain, as if all others went, by id."""
    ids = {move.instance_id for move in moves}
    alone = [replace(p, moves=tuple(m for m in p.moves if m.instance_id not in ids)) for p in ground.parts]
    stays: dict[str, Stay] = {}
    going: list[tuple[Part, Instance]] = []
    for part in alone:
        waits = waiting(ground, part)
        asked = [instance for instance in part.instances if instance.id in ids]
        for instance in asked:
            if part.why:
                stays[instance.id] = Stay(Why.REFUSED, part.why)
            elif stay := why_it_stays(ground, part, instance):
                stays[instance.id] = stay
            elif waits:
                stays[instance.id] = Stay(Why.RESTS, "tasks wait for room")
        free = [instance for instance in asked if instance.id not in stays]
        going += [(part, instance) for instance in _within_limits(ground, part, free, stays)]
    if not going:
        return stays
    part, leaving = going[0][0], sorted((instance for _, instance in going), key=lambda i: i.id)
    there = {i.id: i for i in (*receivers(ground, part), *leaving)}  # those of other parts are no receivers any more
    places = trial(ground, part, list(there.values()), leaving, {i.id for i in joined})
    fit: list[Instance] = []
    for instance in leaving:
        if places.empty(instance, ground.loads[instance.id]) or places.homeless:
            places.keep(instance)
            stays[instance.id] = Stay(Why.NO_ROOM, "its tasks find no room")
        else:
            places.remove(instance)
            fit.append(instance)
    for _ in fit:
        places.put_back()
    while places.homeless_reversed(fit, ground.loads):
        stays[fit.pop().id] = Stay(Why.NO_ROOM, IN_ONE_ORDER)
    return stays


def _within_limits(ground: Ground, part: Part, free: list[Instance], stays: dict[str, Stay]) -> list[Instance]:
    """Those that the group, managed scaling and the zones let go together; why the others stay goes into `stays`."""
    limits = Limits.of(ground, part)

    def attempt(instance: Instance) -> Why | None:
        nonlocal limits
        loose = unpacked(ground, instance)
        if stay := limits.objection(instance, loose):
            stays[instance.id] = stay
            return stay.why
        stays.pop(instance.id, None)
        limits = limits.without(instance, loose)
        return None

    return in_turn(free, attempt)


def _fits(ground: Ground, part: Part, earlier: list[Instance], instance: Instance) -> bool:
    gone = [*earlier, instance]
    places = trial(ground, part, receivers(ground, part), gone)
    if places.homeless_reversed(gone, ground.loads):
        return False
    for each in gone:
        if places.homeless or places.empty(each, ground.loads[each.id]):
            return False
        places.remove(each)
    return True


def _group(part: Part) -> str:
    return part.group.name if part.group else ""
