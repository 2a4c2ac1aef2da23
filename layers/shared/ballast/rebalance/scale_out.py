"""What must be launched, for tasks that have no place and, where nobody else resizes, for headroom?

Where ECS scales the group itself we launch only what it never will: for tasks that its smallest type does not take, and
where it has done nothing for so long that something is wrong with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from ballast.packing.model import Shape
from ballast.packing.planning import plan_capacity
from ballast.rebalance.acts import Act, Launch
from ballast.rebalance.demand import Shortfall, shortfall, waits
from ballast.rebalance.ground import Ground
from ballast.rebalance.headroom import headroom
from ballast.rebalance.impossible import homes_of, impossible, lacks, page, smallest
from ballast.rebalance.parts import Mode, Part, brake
from ballast.rebalance.pools import takes, tries, worst
from ballast.rebalance.snapshot import Group
from ballast.records.rebalancing import Method
from ballast.value import dataclass

ECS_ACTS = timedelta(minutes=5)  # it looks once a minute, and scales out after one datapoint
ECS_WAITS = timedelta(minutes=10)
GROUP_RETRIES = timedelta(minutes=15)  # a group that wants more than it has launches again by itself


@dataclass(frozen=True, slots=True)
class Wanted:
    """`of_tasks`: copies of tasks that wait; `spare`: of headroom that has no room."""

    of_tasks: Shortfall
    spare: Mapping[str, int]


def scale_out(ground: Ground, part: Part) -> Iterator[Act]:
    """At most one launch a part and round; a page for what no launch helps."""
    waiting = waits(ground, part)
    if part.mode is Mode.REPORT and not part.group:
        ground.holds |= {f"impossible {ground.asks.by_name[name].group}" for name in waiting}  # for all that is known
        _holds(ground, part, waiting, spare=True)
        return
    short = shortfall(ground, part, waiting)
    homes = homes_of(ground, part)
    possible, groups_of = dict(short.copies), {name: ground.asks.by_name[name].group for name in short.copies}
    for name in sorted(short.copies):
        if why := impossible(ground.asks.by_name[name], homes):
            key = f"impossible {groups_of[name]}"
            ground.holds.add(key)
            yield from page(ground.snapshot, key, why + ".", ground.now)
            del possible[name]
    short = replace(short, copies=possible)
    spare = {} if short.copies or part.ecs_scales else _spare(ground, part)
    _holds(ground, part, short.copies, spare=bool(spare))
    if part.mode is Mode.REPORT or not (short.copies or spare):
        return
    if part.ecs_scales:
        short = replace(short, copies=_not_by_ecs(ground, part, short))
    yield from _launch(ground, part, homes, Wanted(short, spare))


def _holds(ground: Ground, part: Part, waiting: Iterable[str], *, spare: bool) -> None:
    """What was told of tasks that wait lasts as long as they do, whatever is tried for them meanwhile."""
    waiting = tuple(waiting)
    ground.holds |= {f"not launched {ground.asks.by_name[name].group}" for name in waiting}
    ground.holds |= {lacks(part.name, spare=False)} if waiting else set()
    ground.holds |= {lacks(part.name, spare=True)} if spare else set()


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
        h for h in homes if h.group and worst(ground, h) and _room_to_grow(h.group) and not _retries(ground, h.group)
    ]
    if not ready:
        yield from _nobody(ground, part, homes, wanted)
        return
    fitting = {name: n for name, n in copies.items() if any(_takes(ground, home, name) for home in ready)}
    for name in sorted(copies.keys() - fitting.keys()):
        yield from _not_known_to_fit(ground, part, homes, name)
    if not fitting:
        return
    chosen, add, usd = _chosen(ground, part, ready, fitting)
    group = chosen.group
    if group is None or add < 1:
        return
    add = min(add, _room_to_grow(group))
    others = [home for home in ready if home is not chosen]
    tasks = sum(fitting.values())
    of_tasks = bool(wanted.of_tasks.copies)
    why = f"{tasks} tasks have no room" if of_tasks else f"the headroom lacks room for {tasks} tasks"
    calls = tries(ground, (chosen, *others))
    if not calls:
        yield from _nobody(ground, part, homes, wanted)
        return
    yield Launch(
        part.name, group.name, add, group.capacity.desired, why, Method.SCALE_OUT, calls, usd, spare=not of_tasks
    )


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


def _room_to_grow(group: Group) -> int:
    return max(0, group.max_size - group.capacity.desired)


def _retries(ground: Ground, group: Group) -> bool:
    """Whether it wants more than it has: then it goes on launching by itself, and raising it further buys nothing."""
    has = len(group.capacity.in_service) + len(group.capacity.starting)
    since = group.desired_since
    return group.capacity.desired > has and (since is None or ground.now - since < GROUP_RETRIES)


def _not_known_to_fit(ground: Ground, part: Part, homes: Sequence[Part], name: str) -> Iterator[Act]:
    ask = ground.asks.by_name[name]
    key = f"not launched {ask.group}"
    small = next((s for home in homes if (s := smallest(home, ask))), None)
    what = f"its smallest type is {small.instance_type}" if small else "what it would launch is unknown"
    why = f"A task of {ask.group} waits, and no launch of {part.name} is known to bring an instance that takes it: {what}."
    yield from page(ground.snapshot, key, why, ground.now)


def _nobody(ground: Ground, part: Part, homes: Sequence[Part], wanted: Wanted) -> Iterator[Act]:
    waiting = [h for h in homes if h.group and _retries(ground, h.group)]
    if waiting:
        return
    full = [
        f"{h.group.name} has its maximum of {h.group.max_size}" for h in homes if h.group and not _room_to_grow(h.group)
    ]
    rest = [h.name for h in homes if h.group and _room_to_grow(h.group)]
    short = [f"{name} has no type with a known price that is not short" for name in rest]
    spare = not wanted.of_tasks.copies
    lacking = sum((wanted.spare if spare else wanted.of_tasks.copies).values())
    what = f"the headroom lacks room for {lacking} tasks" if spare else f"{lacking} tasks have no room"
    sentence = f"{what} and nothing can be launched for them: {'; '.join((*full, *short))}."
    yield from page(ground.snapshot, lacks(part.name, spare=spare), sentence, ground.now)
