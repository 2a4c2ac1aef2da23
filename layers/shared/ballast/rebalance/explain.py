"""What does the capacity cost, and why so much? Rows that sum exactly to what is paid now: all in millionths of a dollar.

bound           what split tasks and instances would cost; no plan is cheaper
granularity     lost because they cannot be split
headroom        kept free on purpose
blocked         more than its tasks are worth, on instances that something lasting holds: by service and reason
fragmentation   the rest: consolidation wins it back
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from ballast.packing.bound import lower_bound
from ballast.packing.model import CapacityPlan, Pool, Shape
from ballast.packing.planning import plan_capacity
from ballast.rebalance.acts import Kept, Round
from ballast.rebalance.consolidate import consolidate
from ballast.rebalance.ground import Ground, without_misfits
from ballast.rebalance.headroom import headroom
from ballast.rebalance.parts import Part
from ballast.rebalance.receivers import receivers
from ballast.rebalance.removable import reasons
from ballast.rebalance.snapshot import Instance
from ballast.rebalance.stays import Why
from ballast.value import dataclass

MICRO = 1_000_000
MOST_LIFTED = 3  # blocks of which it is worked out what lifting them would win at once
LASTS = frozenset(
    {Why.REFUSED, Why.OPTED_OUT, Why.PROTECTED, Why.STANDALONE, Why.SERVICE_FIXED, Why.SERVICE_BUSY, Why.CONSTRAINT,
     Why.GROUP_MINIMUM, Why.MANAGED_FLOOR, Why.UNKNOWN, Why.ZONE}
)  # fmt: skip


class Kind(StrEnum):
    BOUND = "bound"
    GRANULARITY = "granularity"
    HEADROOM = "headroom"
    BLOCKED = "blocked"
    FRAGMENTATION = "fragmentation"


@dataclass(frozen=True, slots=True)
class Row:
    kind: Kind
    micro_usd_per_hour: int
    why: Why | None = None
    service: str | None = None
    won_micro_usd_per_hour: int | None = None  # of what is blocked: at once, were it lifted; None: not worked out


@dataclass(frozen=True, slots=True)
class Explanation:
    """`unpriced`: instances whose price is unknown, which are in no row."""

    micro_usd_per_hour: int
    rows: tuple[Row, ...]
    unpriced: int


def explain(ground: Ground, decided: Round) -> Explanation:
    """Of the whole cluster, as the sum of its parts."""
    total: Counter[tuple[Kind, Why | None, str | None]] = Counter()
    stays = _stays(ground, decided)
    for part, kept in stays:
        for row in _of_part(ground, part, kept):
            total[row.kind, row.why, row.service] += row.micro_usd_per_hour
    order = list(Kind)
    ranked = sorted(total.items(), key=lambda each: (order.index(each[0][0]), -each[1], str(each[0])))
    lifted = [(why, service) for (kind, why, service), amount in ranked if kind is Kind.BLOCKED and why and amount]
    won = {each: micro(_won(ground, stays, *each)) for each in lifted[:MOST_LIFTED]}
    rows = tuple(
        Row(kind, amount, why, service, won.get((why, service)) if why and kind is Kind.BLOCKED else None)
        for (kind, why, service), amount in ranked
    )
    prices = [ground.price(i) for i in ground.snapshot.instances]
    return Explanation(sum(row.micro_usd_per_hour for row in rows), rows, sum(usd is None for usd in prices))


def _won(ground: Ground, stays: Sequence[tuple[Part, list[Kept]]], why: Why, service: str | None) -> float:
    held = [(part, kept) for part, kept in stays if any((k.stay.why, k.stay.service) == (why, service) for k in kept)]
    return sum([won_by_lifting(ground, part, why, service, kept) for part, kept in held])


def _stays(ground: Ground, decided: Round) -> list[tuple[Part, list[Kept]]]:
    """By part; a provider and a group may have one name."""
    ids = [(part, {instance.id for instance in part.instances}) for part in ground.parts]
    return [(part, [k for k in decided.kept if k.part == part.name and k.instance_id in own]) for part, own in ids]


def won_by_lifting(ground: Ground, part: Part, why: Why, service: str | None, kept: Iterable[Kept]) -> float:
    """USD per hour that consolidation would win at once, without a budget, if nothing stayed for this reason any more.

    In a zone that a zonal shift moves away from it wins nothing: no task is sent there, so none is counted there.
    """
    counted = {instance.id for instance in receivers(ground, part)}
    stay = {each.instance_id: each.stay for each in kept}
    free: list[Instance] = []
    lifted: list[Instance] = []
    for instance in part.instances:
        left = [s for s in reasons(ground, part, instance) if (s.why, s.service) != (why, service)]
        blocked = instance.id in stay and (stay[instance.id].why, stay[instance.id].service) == (why, service)
        if not left and instance.id in counted:
            (lifted if blocked else free).append(instance)
    now = consolidate(ground, (part,), free, len(free)).gone
    then = consolidate(ground, (part,), [*free, *lifted], len(free) + len(lifted)).gone
    return max(0.0, sum(ground.price(i) or 0.0 for i in then) - sum(ground.price(i) or 0.0 for i in now))


def _of_part(ground: Ground, part: Part, kept: Sequence[Kept]) -> Iterable[Row]:
    cost = sum(micro(usd) for i in part.instances if (usd := ground.price(i)) is not None)
    bound, granularity, spare = _plans(ground, part)
    left = cost
    for kind, most in (
        (Kind.BOUND, bound),
        (Kind.GRANULARITY, granularity),
        (Kind.HEADROOM, spare),
    ):
        amount = max(0, min(left, most))
        left -= amount
        yield Row(kind, amount)
    for (why, service), excess in _blocked(ground, part, kept):
        amount = min(left, excess)
        left -= amount
        yield Row(Kind.BLOCKED, amount, why, service)
    yield Row(Kind.FRAGMENTATION, left)


def _plans(ground: Ground, part: Part) -> tuple[int, int, int]:
    """What the tasks cost at least, what is lost because they cannot be split, and what the headroom adds.

    The first is exact. Of very many kinds of tasks the others are told of like tasks, so that it takes seconds, not minutes.
    """
    demand, kept = ground.demand(part), headroom(ground, part)
    pools, exact = ground.shaped(part, demand)
    now = without_misfits(_counted(exact, demand), pools)
    bound = lower_bound(now, pools).usd_per_hour if now else 0.0
    _, coarse = ground.shaped(part, {**demand, **kept}, coarse=True)
    plan = _cost(_counted(coarse, demand), pools)
    more = _cost(_counted(coarse, Counter(demand) + Counter(kept)), pools) if kept else plan
    return (
        micro(bound),
        micro(plan.usd_per_hour - plan.lower_bound_usd_per_hour),
        micro(more.usd_per_hour - plan.usd_per_hour),
    )


def _cost(demand: Mapping[Shape, int], pools: Sequence[Pool]) -> CapacityPlan:
    placeable = without_misfits(demand, pools)
    return plan_capacity(placeable, pools) if placeable else CapacityPlan((), 0.0, 0.0)


def _counted(shapes: Mapping[str, Shape], copies: Mapping[str, int]) -> dict[Shape, int]:
    return {shapes[name]: number for name, number in copies.items()}


def _blocked(ground: Ground, part: Part, kept: Sequence[Kept]) -> list[tuple[tuple[Why, str | None], int]]:
    """What is paid beyond the worth of the tasks, the largest first."""
    instances = {i.id: i for i in part.instances}
    found: Counter[tuple[Why, str | None]] = Counter()
    for each in kept:
        if each.stay.why in LASTS and each.usd_per_hour is not None:
            excess = each.usd_per_hour - ground.worth(part, instances[each.instance_id])
            found[each.stay.why, each.stay.service] += max(0, micro(excess))
    return sorted(found.items(), key=lambda each: (-each[1], str(each[0])))


def micro(usd: float) -> int:
    return round(usd * MICRO)
