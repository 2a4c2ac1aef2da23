"""Which instances can go for cheaper ones? The new one is launched first, and drained towards once it has joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ballast.packing.model import Pool, Shape
from ballast.packing.planning import plan_capacity
from ballast.rebalance.acts import Launch
from ballast.rebalance.asks import Ask
from ballast.rebalance.begin import a_move
from ballast.rebalance.consolidate import least_saving, survives, trial
from ballast.rebalance.ground import Ground
from ballast.rebalance.limits import Limits, unpacked
from ballast.rebalance.parts import Mode, Part, brake, sharing
from ballast.rebalance.pools import coming, room_to_grow, takes, tries, unjoined, worst
from ballast.rebalance.receivers import receivers
from ballast.rebalance.rests import has_failed
from ballast.rebalance.snapshot import Group, Instance, Market
from ballast.records.rebalancing import Method, MovePhase
from ballast.value import dataclass

LADDER = (1, 2, 4, 8, 16, 32)  # how many are taken together
HUNDRED_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Exchange:
    gone: tuple[Instance, ...]
    home: Part  # whose group launches
    add: int
    usd_per_hour: float  # of what is launched
    saving_usd_per_hour: float
    moves: int


def exchange(ground: Ground, part: Part, candidates: Sequence[Instance], most: int) -> Launch | None:
    """The one that saves most, or none. Nothing where a drain cannot follow safely, and while another is under way."""
    family = sharing(ground.parts, part)
    if why_none(part) or most < 1:
        return None
    if any(has_failed(each, ground.policy, ground.now) for each in family):
        return None  # what was launched in vain is not launched again at once, in whatever group
    homes = [(home, pool) for home in family if (pool := _ready(ground, part, home))]
    found = list(_ladder(ground, part, homes, candidates, most))
    if not found:
        return None
    least = least_saving(ground, part)
    best = max(found, key=lambda each: each.saving_usd_per_hour - least * each.moves)
    home, group = best.home, best.home.group
    calls = tries(ground, (home,))
    if group is None or not calls:
        return None
    share = best.saving_usd_per_hour / len(best.gone)
    elsewhere = None if home is part else home
    moves = tuple(
        a_move(ground, part, i, Method.REPLACE, MovePhase.LAUNCHING, saving=share, launched=best.add, home=elsewhere)
        for i in best.gone
    )
    what = f"{best.add} {best.usd_per_hour / best.add:.3f} USD/h" if elsewhere else f"{best.add}"
    why = f"{what} in the place of {', '.join(i.id for i in best.gone)} save {best.saving_usd_per_hour:.3f} USD/h"
    return Launch(
        home.name, group.name, best.add, group.capacity.desired, why, Method.REPLACE, calls, best.usd_per_hour, moves
    )


def why_none(part: Part) -> str:
    """A launch that ECS may take for idle, with its scale-in free to end a busy instance, or a second one at a time."""
    if part.ecs_scales and part.provider and not part.provider.termination_protection:
        return "ECS scales it without managed termination protection"
    return "another move is under way" if part.moves else ""


def _ready(ground: Ground, part: Part, home: Part) -> Pool | None:
    """What would come there, or None: it must be at rest, so that whoever joins next is known to be the one launched."""
    group = home.group
    if group is None or home.mode is Mode.REPORT or unjoined(ground, group):
        return None
    if any(move.phase is MovePhase.LAUNCHING and move.home == group.name for move in ground.snapshot.moves):
        return None
    if home is not part and (
        group.capacity.starting or group.capacity.missing or brake(ground.snapshot.cluster, home.instances)
    ):
        return None
    return worst(ground, home) if room_to_grow(group) else None


def _ladder(
    ground: Ground, part: Part, homes: Sequence[tuple[Part, Pool]], candidates: Sequence[Instance], most: int
) -> Iterator[Exchange]:
    """The most wasteful for their tasks together: one, two, four, …"""
    excess = {i.id: (ground.price(i) or 0.0) - ground.worth(part, i) for i in candidates}
    tasks = {i.id: sum(ground.loads[i.id].values()) for i in candidates}
    order = sorted(candidates, key=lambda i: (-excess[i.id] / (1 + tasks[i.id]), i.id))
    for number in LADDER:
        if not homes or number > min(most, len(order)):
            return
        yield from (found for found in _exchanges(ground, part, homes, order[:number]) if _pays(ground, part, found))


def _exchanges(
    ground: Ground, part: Part, homes: Sequence[tuple[Part, Pool]], chosen: Sequence[Instance]
) -> Iterator[Exchange]:
    """Their tasks on others as far as they fit, and new instances of one group for the rest, where nothing forbids it."""
    places = trial(ground, part, receivers(ground, part), chosen)
    homeless: Counter[str] = Counter()
    for instance in chosen:
        homeless.update(places.empty(instance, ground.loads[instance.id]))
        places.remove(instance)
    asks = [ground.asks.by_name[name] for name in homeless if name in ground.asks.by_name]
    # Of headroom nothing may be homeless (it has other names), and of what comes it must be known that it takes the rest.
    if places.homeless or not homeless or len(asks) < len(homeless):
        return
    price, moves = sum(ground.price(i) or 0.0 for i in chosen), sum(sum(ground.loads[i.id].values()) for i in chosen)
    survived = None
    for home, pool in homes:
        group = home.group
        if group is None or (_leaves_on_demand(chosen) and _may_be_spot(ground, group)):
            continue
        if least_instances(pool, asks, homeless) * pool.price_usd_per_hour >= price:
            continue  # so that not every rung is planned, which takes long
        if not all(takes(ground, group, ask) for ask in asks):
            continue
        if survived is None:
            survived = survives(ground, part, chosen, places.all_received)
        if not survived:
            return
        plan = plan_capacity({Shape(ask.name, ask.requirements): homeless[ask.name] for ask in asks}, [pool])
        add = sum(planned.count for planned in plan.instances)
        if 0 < add <= room_to_grow(group) and _may_shrink(ground, part, chosen, add if home is part else 0):
            yield Exchange(tuple(chosen), home, add, plan.usd_per_hour, price - plan.usd_per_hour, moves)


def least_instances(pool: Pool, asks: Sequence[Ask], copies: Mapping[str, int]) -> int:
    """No plan needs fewer: what the scarcest resource wants, were tasks divisible."""
    wanted: Counter[str] = Counter()
    for ask in asks:
        wanted.update({name: amount * copies[ask.name] for name, amount in ask.requirements.items()})
    return max(
        (-(-amount // pool.capacity[name]) for name, amount in wanted.items() if pool.capacity.get(name)), default=0
    )


def _pays(ground: Ground, part: Part, found: Exchange) -> bool:
    price = found.saving_usd_per_hour + found.usd_per_hour
    least = max(least_saving(ground, part) * found.moves, ground.policy.saving_percent * price / HUNDRED_PERCENT)
    return found.saving_usd_per_hour > 0 and found.saving_usd_per_hour >= least


def _may_shrink(ground: Ground, part: Part, chosen: Sequence[Instance], add: int) -> bool:
    """Whether group, managed scaling and zones allow it once `add` have joined."""
    limits = Limits.of(ground, part).with_joined(add)
    for instance in chosen:
        loose = unpacked(ground, instance)
        if limits.objection(instance, loose):
            return False
        limits = limits.without(instance, loose)
    return True


def _leaves_on_demand(chosen: Sequence[Instance]) -> bool:
    return any(instance.market is Market.ON_DEMAND for instance in chosen)


def _may_be_spot(ground: Ground, group: Group) -> bool:
    return any(offer.market is Market.SPOT for offer in coming(ground, group))
