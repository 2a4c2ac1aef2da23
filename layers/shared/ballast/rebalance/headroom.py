"""Which room is kept for tasks that are not there? Virtual tasks, packed like real ones: bought for and never moved onto."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ballast.policy.windows import open_until
from ballast.rebalance.ground import Ground
from ballast.rebalance.parts import Part, sharing

HUNDRED_PERCENT = 100


def headroom(ground: Ground, part: Part) -> Mapping[str, int]:
    """Copies by ask: so many of a task definition, and a share of all that runs, if headroom is on."""
    policy = ground.policy
    if not policy.headroom:
        return {}
    kept: Counter[str] = Counter()
    for spare in policy.spare:
        task = ground.snapshot.definitions.get(spare.definition)
        here = spare.provider in (None, part.name) and _first(ground, part, spare.provider)
        if task and here and spare.copies > 0 and open_until(spare.windows, ground.now) is not None:
            kept[ground.asks.of(task).name] += spare.copies
    owed = 0
    for name, copies in sorted(ground.demand(part).items()):
        owed += copies * max(0, policy.spare_percent)  # carried on, so that many small services do not each round up
        if owed >= HUNDRED_PERCENT:
            kept[name] += owed // HUNDRED_PERCENT
            owed %= HUNDRED_PERCENT
    return kept


def expected(ground: Ground, part: Part, kept: Mapping[str, int]) -> Mapping[str, int]:
    """Tasks that may come: those that ran within the last 30 minutes and, without headroom, half as many as were added in them.

    Consolidation leaves their room, and nothing is bought for them. `kept`: the headroom of all parts that share their room.
    """
    back: Counter[str] = Counter()
    demand = {name for each in sharing(ground.parts, part) for name in ground.demand(each)}
    for workload in ground.snapshot.services.values():
        desired = workload.service.desired
        grown = desired - workload.low if not kept and workload.low is not None else 0
        copies = max(0, workload.peak - desired) + -(-grown // 2)
        if copies > 0 and workload.copy and not workload.daemon:
            name = ground.asks.of(workload.copy).name
            if name in demand or part.of_provider in workload.providers:
                back[name] += copies
    return back


def _first(ground: Ground, part: Part, provider: str | None) -> bool:
    """Without a provider named it is the first in which something may be done."""
    return provider is not None or part.name == next((p.name for p in ground.parts if p.mode != "report"), None)
