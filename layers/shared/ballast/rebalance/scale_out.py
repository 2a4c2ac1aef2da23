"""What must be launched, for tasks that have no place and, where nobody else resizes, for headroom?

Where ECS scales the group itself we launch only what it never will: for tasks that its smallest type does not take, and
where it has done nothing for so long that something is wrong with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from ballast.packing.model import Shape
from ballast.packing.planning import plan_capacity
from ballast.rebalance.acts import Act, Launch
from ballast.rebalance.demand import Shortfall, shortfall, waits
from ballast.rebalance.ground import Ground
from ballast.rebalance.headroom import headroom
from ballast.rebalance.impossible import homes_of, impossible, page, smallest
from ballast.rebalance.in_vain import lasts, nobody, not_known_to_fit, without_room
from ballast.rebalance.parts import Mode, Part, brake
from ballast.rebalance.pools import holds, least, retries, room_to_grow, takes, tries, unjoined, worst
from ballast.rebalance.thrift import thrifty
from ballast.records.rebalancing import Method
from ballast.value import dataclass

ECS_ACTS = timedelta(minutes=5)  # it looks once a minute, and scales out after one datapoint
ECS_WAITS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`of_tasks`: copies of tasks that wait; `spare`: of headroom that has no room."""

    of_tasks: Shortfall
    spare: Mapping[str, int]


def scale_out(ground: Ground, part: Part) -> Iterator[Act]:
    """At most one launch a part and round; a page for what no launch helps."""
    waiting = waits(ground, part)
    if part.mode is Mode.REPORT and not part.group:
        ground.holds |= {
            kind + ground.asks.by_name[name].group for name in waiting for kind in ("impossible ", "unplanned ")
        }
        lasts(ground, part, waiting, spare=True)
        return
    short = shortfall(ground, part, waiting)
    homes = homes_of(ground, part)
    possible, groups_of = dict(short.copies), {name: ground.asks.by_name[name].group for name in short.copies}
    for name in sorted(short.copies):
        if why := impossible(ground.asks.by_name[name], homes):
            key = f"{'unplanned' if ground.asks.by_name[name].unknown else 'impossible'} {groups_of[name]}"
            ground.holds.add(key)
            yield from page(ground.snapshot, key, why + ".", ground.now)
            del possible[name]
    short = replace(short, copies=possible)
    spare = {} if short.copies or part.ecs_scales else _spare(ground, part)
    lasts(ground, part, short.copies, spare=bool(spare))
    if part.mode is Mode.REPORT or not (short.copies or spare):
        return
    if part.ecs_scales:
        short = replace(short, copies=_not_by_ecs(ground, part, short))
    yield from _launch(ground, part, homes, Wanted(short, spare))


def _spare(ground: Ground, part: Part) -> Mapping[str, int]:
    if brake(ground.snapshot.cluster, ground.snapshot.instances):
        return {}  # what is missing may be there after all
    wanted = Counter(headroom(ground, part))
    left = shortfall(ground, part, wanted).copies
    return {name: n for name, n in left.items() if not impossible(ground.asks.by_name[name], (part,))}


def _not_by_ecs(ground: Ground, part: Part, short: Shortfall) -> Mapping[str, int]:
    """Which of them ECS, which scales the group, will never launch for; all of them where it seems not to work."""
    group, provider = part.group, part.provider
    waited = ground.now - short.since if short.since else timedelta()
    if group is None or provider is None or waited < ECS_ACTS:
        return {}
    quiet = group.ecs_raised_at is None or ground.now - group.ecs_raised_at >= ECS_ACTS
    alarmed = provider.reservation is not None and provider.reservation > provider.target_percent
    still = group.desired_since is not None and ground.now - group.desired_since >= ECS_WAITS
    if quiet and (alarmed or (still and waited >= ECS_WAITS)):
        return short.copies
    return {name: n for name, n in short.copies.items() if smallest(part, ground.asks.by_name[name])}


def _launch(ground: Ground, part: Part, homes: Sequence[Part], wanted: Wanted) -> Iterator[Act]:
    copies = dict(wanted.of_tasks.copies) or dict(wanted.spare)
    if not copies:
        return
    # Whoever is at its maximum, or already launches what it cannot get, is asked for nothing.
    ready = [
        h for h in homes if h.group and worst(ground, h) and room_to_grow(h.group) and not retries(ground, h.group)
    ]
    if any(_may_come(ground, home, name) for home in ready for name in copies):
        return
    if not ready:
        yield from nobody(ground, part, homes, wanted.of_tasks.copies, wanted.spare)
        return
    fitting = {name: n for name, n in copies.items() if any(_takes(ground, home, name) for home in ready)}
    for name in sorted(copies.keys() - fitting.keys()):
        yield from not_known_to_fit(ground, part, homes, name)
    if not fitting:
        return
    good = [h for h in thrifty(ground, part, ready) if all(_takes(ground, h, name) for name in fitting)]
    chosen, add, usd = _chosen(ground, part, good or ready, fitting)
    group = chosen.group
    if group is None or add < 1:
        return
    add = min(add, room_to_grow(group))
    others = [home for home in ready if home is not chosen]
    of_tasks, spare = (fitting, {}) if wanted.of_tasks.copies else ({}, fitting)
    why = without_room(of_tasks, spare)
    calls = tries(ground, (chosen, *others))
    if not calls:
        yield from nobody(ground, part, homes, of_tasks, spare)
        return
    yield Launch(
        part.name, group.name, add, group.capacity.desired, why, Method.SCALE_OUT, calls, usd, spare=not of_tasks
    )


def _may_come(ground: Ground, home: Part, name: str) -> bool:
    """Whether one is on its way of which nobody knows whether its type takes the task; known once it has joined."""
    group = home.group
    if group is None or not group.offers or holds(least(group.offers), ground.asks.by_name[name]):
        return False
    return bool(group.capacity.starting) or unjoined(ground, group) > 0


def _takes(ground: Ground, home: Part, name: str) -> bool:
    return home.group is not None and takes(ground, home.group, ground.asks.by_name[name])


def _chosen(ground: Ground, part: Part, ready: Sequence[Part], copies: Mapping[str, int]) -> tuple[Part, int, float]:
    """The group in which packing begins, by the values of all that runs there, and how many instances of it."""
    pools = {pool.name: home for home in ready if (pool := worst(ground, home))}
    demand: dict[Shape, int] = {}
    for name, number in copies.items():
        ask = ground.asks.by_name[name]
        may = frozenset(pool for pool, home in pools.items() if _takes(ground, home, name))
        if may:
            demand[Shape(name, ask.requirements, None, may)] = number
    if not demand:
        return ready[0], 0, 0.0
    values = {name: value for name, value in ground.values(part).items() if name in copies}
    plan = plan_capacity(demand, [p for h in ready if (p := worst(ground, h))], value_by_shape=values)
    by_pool: Counter[str] = Counter()
    for planned in plan.instances:
        by_pool[planned.pool] += planned.count
    best, add = max(by_pool.items(), key=lambda each: (each[1], each[0]))
    price = next(p.price_usd_per_hour for h in ready if (p := worst(ground, h)) and p.name == best)
    return pools[best], add, add * price
