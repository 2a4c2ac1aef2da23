"""Which instances can go because their tasks fit on others? Delete only: nothing is launched.

The sweep is packing's: those first that save most net of their moves, then those that save most for the room that they
take. What packing does not know is asked of each: the floor of managed scaling, the group, the zones, the headroom.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from ballast.rebalance.ground import Ground
from ballast.rebalance.headroom import expected, headroom
from ballast.rebalance.limits import LimitsOfSeveral, in_turn, unpacked
from ballast.rebalance.parts import Part, sharing, whose
from ballast.rebalance.receivers import SPARE, Coming, Places, receivers
from ballast.rebalance.removable import is_empty
from ballast.rebalance.snapshot import Instance
from ballast.rebalance.stays import IN_ONE_ORDER, Stay, Why
from ballast.value import dataclass
from ballast.words.incident import count, runs

STEP = 8  # one in so many is taken back at a time
OF_PRICE = 3  # beside the worth of its tasks, in the effort of an order: as in packing's consolidation


@dataclass(frozen=True, slots=True)
class Sweep:
    """`stays`: why each candidate stays that is not in `gone`, by id."""

    gone: tuple[Instance, ...]
    placements: Mapping[str, Mapping[str, int]]
    stays: Mapping[str, Stay]
    net_usd_per_hour: float


def least_saving(ground: Ground, parts: Sequence[Part], share: int = 2) -> float:
    """USD per hour that one moved task must save. By default a `share`-th of what a task costs in these parts.

    At half, the share saved is at least half of the share disrupted (Karpenter's Balanced consolidation, k = 2:
    https://github.com/kubernetes-sigs/karpenter/blob/main/designs/balanced-consolidation.md).
    """
    asked = ground.policy.saving_usd_per_hour_per_move
    if asked is not None:
        return asked
    tasks = sum(sum(ground.demand(part).values()) for part in parts)
    cost = sum(ground.price(i) or 0.0 for part in parts for i in part.instances)
    return cost / tasks / share if tasks else 0.0


def consolidate(ground: Ground, parts: Sequence[Part], candidates: Sequence[Instance], most: int) -> Sweep:
    """The best of two orders. `candidates` may go as far as they themselves are concerned; at most `most` do.

    `parts`: all that share their room, so that the dearest go first, of whichever group they are (docs/decisions/0073).
    """
    busy = [i for i in candidates if not is_empty(ground, i)]
    move = least_saving(ground, parts)
    gain = {i.id: (ground.price(i) or 0.0) - move * sum(ground.loads[i.id].values()) for i in busy}
    dearest = sorted(busy, key=lambda i: (-gain[i.id], i.id))
    if most < 1:
        return Sweep((), {}, {i.id: _unworthy(gain[i.id]) or no_more(most) for i in busy}, 0.0)
    best = _swept(ground, parts, dearest, gain, most)
    if len(best.gone) < min(most, len(busy)) or {i.id for i in best.gone} != {i.id for i in dearest[:most]}:
        part_of = whose(parts)
        effort = {i.id: ground.worth(part_of[i.id], i) + OF_PRICE * (ground.price(i) or 0.0) for i in busy}
        thriftiest = sorted(busy, key=lambda i: (-gain[i.id] / max(effort[i.id], 1e-9), i.id))
        best = max(best, _swept(ground, parts, thriftiest, gain, most), key=lambda sweep: sweep.net_usd_per_hour)
    return best


def trial(
    ground: Ground, part: Part, there: Sequence[Instance], asked: Sequence[Instance], new: Collection[str] = (),
    *, coming: Coming | None = None,
) -> Places:  # fmt: skip
    """Room for the tasks of `asked`, behind the headroom. ECS counts empty instances, so only those in use take tasks there.

    `new`: ids of instances that were launched for these very tasks, so that no room is kept on them for others.
    """
    names = {name for i in asked for name in ground.loads[i.id]}
    onto = frozenset(i.id for i in there if ground.is_busy(i)) if part.ecs_scales else None
    kept = _kept(ground, part, new)
    return Places(ground, there, kept, asked=names, onto=onto, coming=coming)


def _swept(
    ground: Ground, parts: Sequence[Part], order: Sequence[Instance], gain: Mapping[str, float], most: int
) -> Sweep:
    part = parts[0]  # they have the same receivers and the same headroom
    places = trial(ground, part, receivers(ground, part), order)
    if places.homeless:
        return Sweep((), {}, {i.id: _no_headroom(places.homeless) for i in order}, 0.0)
    limits = LimitsOfSeveral.of(ground, parts)
    stays: dict[str, Stay] = {}
    left = most

    def attempt(instance: Instance) -> Why | None:
        nonlocal limits, left
        loose = unpacked(ground, instance)
        stay = _unworthy(gain[instance.id]) or (no_more(most) if left < 1 else limits.objection(instance, loose))
        if stay is None and (rest := places.empty(instance, ground.loads[instance.id])):
            places.keep(instance)
            stay = _no_room(ground, rest)
        if stay:
            stays[instance.id] = stay
            return stay.why
        places.remove(instance)
        stays.pop(instance.id, None)
        limits, left = limits.without(instance, loose), left - 1
        return None

    gone = in_turn(order, attempt)
    sweep = _survived(ground, part, gone, places, stays)
    return replace(sweep, net_usd_per_hour=sum(gain[i.id] for i in sweep.gone))


def _unworthy(gain: float) -> Stay | None:
    return Stay(Why.NOT_WORTH, "its tasks are too many for what it costs") if gain <= 0 else None


def _survived(ground: Ground, part: Part, gone: list[Instance], places: Places, stays: dict[str, Stay]) -> Sweep:
    """In whichever order ECS places the tasks; and then the headroom must have its place again, else it would be bought for."""
    for _ in gone:
        places.put_back()
    while gone:
        in_reverse = not places.homeless_reversed(gone, ground.loads)
        for instance in tuple(gone):
            if rest := places.empty(instance, ground.loads[instance.id]):  # it fitted among more, but that is no proof
                places.keep(instance)
                gone.remove(instance)
                stays[instance.id] = _no_room(ground, rest)
            else:
                places.remove(instance)
        if in_reverse and survives(ground, part, gone, places.all_received):
            break
        stay = (
            Stay(Why.HEADROOM, "without it the headroom would have no room")
            if in_reverse
            else Stay(Why.NO_ROOM, IN_ONE_ORDER)
        )
        for last in gone[-max(1, len(gone) // STEP) :]:
            gone.remove(last)
            stays[last.id] = stay
        places = trial(ground, part, receivers(ground, part), gone)
    return Sweep(tuple(gone), places.all_received, stays, 0.0)


def survives(
    ground: Ground, part: Part, gone: Sequence[Instance], taken: Mapping[str, Mapping[str, int]] | None = None
) -> bool:
    """Whether what is kept free still finds its room as the next round will look for it."""
    kept = _kept(ground, part)
    going = {i.id for i in gone}
    there = [i for i in receivers(ground, part) if i.id not in going]
    return not kept or not Places(ground, there, kept, asked=(), taken=taken).homeless


def _kept(ground: Ground, part: Part, new: Collection[str] = ()) -> Mapping[str, int]:
    """The headroom, and of what may come back as much as has its room now: of the rest nothing is lost with an instance."""
    key = part.name, frozenset(new)
    if key not in ground.kept_free:
        firm = Counter[str]()
        for each in sharing(ground.parts, part):
            firm.update(headroom(ground, each))
        back = Counter(expected(ground, part, firm))
        if back:
            there = [i for i in receivers(ground, part) if i.id not in new]
            back -= Counter(Places(ground, there, firm + back, asked=()).homeless_tasks)
        ground.kept_free[key] = firm + back
    return ground.kept_free[key]


def no_more(most: int) -> Stay:
    if most:
        return Stay(Why.BUDGET, f"only {most} may begin in this round")
    return Stay(Why.BUDGET, "no more may begin in this round")


def _no_headroom(homeless: Mapping[str, int]) -> Stay:
    tasks = sum(homeless.values())
    return Stay(
        Why.HEADROOM, f"{count(tasks, 'task')} of the headroom {'has' if tasks == 1 else 'have'} no room even now"
    )


def _no_room(ground: Ground, rest: Mapping[str, int]) -> Stay:
    name = next(iter(sorted(rest)))
    if name.endswith(SPARE):
        return Stay(Why.HEADROOM, "its free room is kept for the headroom")
    ask = ground.asks.by_name[name]
    kind = Why.NO_ROOM if ask.anywhere else Why.CONSTRAINT
    many = runs(sum(rest.values()), "task", "finds", "find")
    return Stay(kind, f"{many} no room on others, the first of {ask.group}", ask.service)
