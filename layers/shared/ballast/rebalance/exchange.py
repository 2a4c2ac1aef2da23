"""Which instances can go for cheaper ones? The new one is launched first, and drained towards once it has joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ballast.packing.model import Pool
from ballast.rebalance.acts import Launch
from ballast.rebalance.begin import a_move
from ballast.rebalance.consolidate import least_saving, survives, trial
from ballast.rebalance.filling import needed
from ballast.rebalance.ground import Ground
from ballast.rebalance.limits import LimitsOfSeveral, unpacked
from ballast.rebalance.parts import Mode, Part, brake, whose
from ballast.rebalance.pools import coming, room_to_grow, takes, tries, unjoined, worst
from ballast.rebalance.receivers import Coming, Places, receivers
from ballast.rebalance.rests import has_failed
from ballast.rebalance.sets import sets
from ballast.rebalance.snapshot import Group, Instance, Market
from ballast.records.rebalancing import Method, MovePhase
from ballast.value import dataclass

HUNDRED_PERCENT = 100
SHARE = 8  # of what a task costs, that each moved one must save in an hour (docs/decisions/0071)
WEIGHT = 3  # … and that it weighs where several exchanges save enough (docs/decisions/0073)


@dataclass(frozen=True, slots=True)
class Exchange:
    """`net_usd_per_hour`: what is saved beyond what its moves weigh, by which exchanges are compared."""

    gone: tuple[Instance, ...]
    home: Part  # whose group launches
    add: int
    usd_per_hour: float  # of what is launched
    saving_usd_per_hour: float
    net_usd_per_hour: float


@dataclass(frozen=True, slots=True)
class Family:
    """Parts that share their room. `part_of`: the part of each instance that may go, by id.

    `least`: USD/h that a moved task must save; `weight`: what it weighs between exchanges that save enough.
    """

    parts: Sequence[Part]
    part_of: Mapping[str, Part]
    homes: Sequence[tuple[Part, Pool]]
    limits: LimitsOfSeveral
    least: float
    weight: float


def exchange(ground: Ground, parts: Sequence[Part], candidates: Sequence[Instance], most: int) -> Launch | None:
    """The one that saves most, or none. Nothing where a drain cannot follow safely, and while another is under way.

    `parts`: all that share their room; `candidates`: of these.
    """
    if most < 1 or any(has_failed(each, ground.policy, ground.now) for each in parts):
        return None  # what was launched in vain is not launched again at once, in whatever group
    part_of = whose(each for each in parts if not why_none(each))
    homes = [(home, pool) for home in parts if (pool := _ready(ground, home))]
    least, weight = (least_saving(ground, parts, share) for share in (SHARE, WEIGHT))
    family = Family(parts, part_of, homes, LimitsOfSeveral.of(ground, parts), least, weight)
    free = [i for i in candidates if i.id in part_of]
    found = sorted(_found(ground, family, free, most), key=lambda each: -each.net_usd_per_hour)
    best = next((each for each in found if _may_be(ground, family, each)), None)
    return _launch(ground, family, best) if best else None


def _launch(ground: Ground, family: Family, best: Exchange) -> Launch | None:
    home, group = best.home, best.home.group
    calls = tries(ground, (home,))
    if group is None or not calls:
        return None
    parts = [family.part_of[i.id] for i in best.gone]
    moves = tuple(
        a_move(
            ground, part, instance, Method.REPLACE, MovePhase.LAUNCHING,
            saving=best.saving_usd_per_hour / len(parts), launched=best.add, home=None if part is home else home,
        )
        for part, instance in zip(parts, best.gone, strict=True)
    )  # fmt: skip
    what = (
        f"{best.add}" if all(part is home for part in parts) else f"{best.add} {best.usd_per_hour / best.add:.3f} USD/h"
    )
    why = f"{what} in the place of {', '.join(i.id for i in best.gone)} save {best.saving_usd_per_hour:.3f} USD/h"
    return Launch(
        home.name, group.name, best.add, group.capacity.desired, why, Method.REPLACE, calls, best.usd_per_hour, moves
    )


def why_none(part: Part) -> str:
    """A launch that ECS may take for idle, with its scale-in free to end a busy instance, or a second one at a time."""
    if part.ecs_scales and part.provider and not part.provider.termination_protection:
        return "ECS scales it without managed termination protection"
    return "another move is under way" if part.moves else ""


def _ready(ground: Ground, home: Part) -> Pool | None:
    """What would come there, or None: it must be at rest, so that whoever joins next is known to be the one launched."""
    group = home.group
    if group is None or home.mode is Mode.REPORT or unjoined(ground, group):
        return None
    if any(move.phase is MovePhase.LAUNCHING and move.home == group.name for move in ground.snapshot.moves):
        return None
    if group.capacity.starting or group.capacity.missing or brake(ground.snapshot.cluster, home.instances):
        return None
    return worst(ground, home) if room_to_grow(group) else None


def _found(ground: Ground, family: Family, candidates: Sequence[Instance], most: int) -> Iterator[Exchange]:
    """Of each set the best, where one pays."""
    if not family.homes or not candidates:
        return
    part = family.parts[0]  # they have the same receivers and the same headroom
    places = trial(ground, part, receivers(ground, part), candidates)
    if places.homeless:
        return  # even now the headroom has no room
    spent = {i.id: (ground.price(i) or 0.0) - ground.worth(family.part_of[i.id], i) for i in candidates}
    tasks = {i.id: sum(ground.loads[i.id].values()) for i in candidates}
    for chosen in sets(candidates, spent, tasks, most, seed=f"{ground.snapshot.cluster.name} {ground.now}"):
        price = sum(ground.price(i) or 0.0 for i in chosen)
        moved = sum(tasks[i.id] for i in chosen)
        at_most = price - max(family.least * moved, ground.policy.saving_percent * price / HUNDRED_PERCENT)
        if min(pool.price_usd_per_hour for _, pool in family.homes) > at_most:
            continue
        rest = _homeless(ground, places, chosen)
        fit = [(home, pool, add) for home, pool in family.homes if (add := needed(ground, (home, pool), rest, at_most))]
        reverse = places.homeless_reversed(chosen, ground.loads) if fit else {}
        for home, pool, least in fit:
            again = needed(ground, (home, pool), reverse, at_most)
            if (again or not reverse) and not (_leaves_on_demand(chosen) and _may_be_spot(ground, home.group)):
                add = max(least, again)
                usd = add * pool.price_usd_per_hour
                yield Exchange(tuple(chosen), home, add, usd, price - usd, price - usd - family.weight * moved)


def _homeless(ground: Ground, places: Places, chosen: Sequence[Instance]) -> Counter[str]:
    """What finds no room on others, if all of them go; the trial is taken back."""
    homeless: Counter[str] = Counter()
    for instance in chosen:
        homeless.update(places.empty(instance, ground.loads[instance.id]))
        places.remove(instance)
    for _ in chosen:
        places.put_back()
    return homeless


def _may_be(ground: Ground, family: Family, found: Exchange) -> bool:
    """Whether room, headroom, groups, managed scaling and zones allow it. Asked of what pays only, as it takes longer.

    The tasks are placed as they will be once what is launched has joined.
    """
    pool = next(pool for home, pool in family.homes if home is found.home)
    group = found.home.group
    names = {name for i in found.gone for name in ground.loads[i.id]}
    welcome = {name for name in names if group and takes(ground, group, ground.asks.by_name[name])}
    part = family.parts[0]
    coming = Coming([pool.capacity] * found.add, welcome)
    places = trial(ground, part, receivers(ground, part), found.gone, coming=coming)
    if places.homeless_reversed(found.gone, ground.loads):
        return False
    for instance in sorted(found.gone, key=lambda i: i.id):
        if places.empty(instance, ground.loads[instance.id]):
            return False
        places.remove(instance)
    if not survives(ground, part, found.gone, places.all_received):
        return False
    limits = family.limits.with_joined(found.home.name, found.add)
    for instance in found.gone:
        loose = unpacked(ground, instance)
        if limits.objection(instance, loose):
            return False
        limits = limits.without(instance, loose)
    return True


def _leaves_on_demand(chosen: Sequence[Instance]) -> bool:
    return any(instance.market is Market.ON_DEMAND for instance in chosen)


def _may_be_spot(ground: Ground, group: Group | None) -> bool:
    return group is None or any(offer.market is Market.SPOT for offer in coming(ground, group))
