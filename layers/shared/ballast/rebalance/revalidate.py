"""Does a plan still hold just before it is carried out? Asked with fresh answers; if not, it is dropped without a word."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from ballast.rebalance.acts import GiveBack
from ballast.rebalance.consolidate import trial
from ballast.rebalance.ground import Ground
from ballast.rebalance.impossible import waiting
from ballast.rebalance.limits import Limits, unpacked
from ballast.rebalance.parts import Part
from ballast.rebalance.receivers import receivers
from ballast.rebalance.removable import is_empty, why_it_stays
from ballast.rebalance.rests import why_nothing_goes
from ballast.rebalance.snapshot import Instance
from ballast.rebalance.stays import Stay, Why
from ballast.records.rebalancing import Move


def revalidate(plan: Iterable[GiveBack], fresh: Ground) -> tuple[GiveBack, ...]:
    """Those that still hold together: each is asked as if those before it had gone."""
    held: list[GiveBack] = []
    limits: dict[str, Limits] = {}
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
        before = limits.get(part.name) or Limits.of(fresh, part)
        empty, loose = is_empty(fresh, instance), unpacked(fresh, instance)
        earlier = gone.setdefault(part.name, [])
        if why_it_stays(fresh, part, instance) or before.objection(instance, loose, empty=empty):
            continue
        if not _fits(fresh, part, earlier, instance):
            continue
        held.append(each)
        earlier.append(instance)
        limits[part.name] = before.without(instance, loose, empty=empty)
    return tuple(held)


def why_not_now(ground: Ground, part: Part, move: Move, instance: Instance, joined: Iterable[Instance]) -> Stay | None:
    """The same of one instance that waited for a launch, which has `joined`; None if it may drain.

    Asked as if those that wait for the same launch, and come before it, had gone.
    """
    earlier = [i for i in part.instances if any(m.instance_id == i.id for m in _before(part, move))]
    ids = {move.instance_id, *(i.id for i in earlier)}
    alone = replace(part, moves=tuple(m for m in part.moves if m.instance_id not in ids))
    if part.why:
        return Stay(Why.REFUSED, part.why)
    if stay := why_it_stays(ground, alone, instance):
        return stay
    if waiting(ground, alone):
        return Stay(Why.RESTS, "tasks wait for room")
    if stay := Limits.of(ground, alone).objection(instance, unpacked(ground, instance)):
        return stay
    new = {each.id for each in joined}
    return None if _fits(ground, alone, earlier, instance, new) else Stay(Why.NO_ROOM, "its tasks find no room")


def _before(part: Part, move: Move) -> list[Move]:
    return [
        m for m in part.moves
        if m.phase is move.phase and (m.home, m.known) == (move.home, move.known) and m.instance_id < move.instance_id
    ]  # fmt: skip


def _fits(ground: Ground, part: Part, earlier: list[Instance], instance: Instance, new: Collection[str] = ()) -> bool:
    places = trial(ground, part, receivers(ground, part), [*earlier, instance], new)
    for each in (*earlier, instance):
        if places.homeless or places.empty(each, ground.loads[each.id]):
            return False
        places.remove(each)
    return True


def _group(part: Part) -> str:
    return part.group.name if part.group else ""
