"""What follows when a launch is refused? The next call in the same invocation; one page once all have refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from ballast.rebalance.acts import Act, Launch, SetBack, Try
from ballast.rebalance.impossible import lacks, page
from ballast.rebalance.shortages import is_aside
from ballast.rebalance.snapshot import Group, Snapshot
from ballast.records.rebalancing import Method, Shortage


def next_try(launch: Launch, tried: Collection[Try], shortages: Sequence[Shortage], now: datetime) -> Try | None:
    """The first call that was not made and is not known to be short meanwhile; so there are never more calls than pools."""
    for each in launch.tries:
        known = is_aside(shortages, now, group=each.group, instance_type=None, zone=each.zone, market=each.market)
        if each not in tried and known is None:
            return each
    return None


def after_refusals(
    snapshot: Snapshot, launch: Launch, refused: Sequence[tuple[Try, str]], now: datetime
) -> tuple[Act, ...]:
    """Once no call is left: the page, with what was tried. What was to come for a saving is missed by nobody."""
    if launch.method is not Method.SCALE_OUT:
        return ()
    words = "; ".join(f"{t.group}{f' in {t.zone}' if t.zone else ''}: {code}" for t, code in refused)
    sentence = f"{launch.why}, and every pool refuses: {words}."
    key = lacks(launch.provider, spare=launch.spare)
    return page(snapshot, key, sentence[0].upper() + sentence[1:], now)


def set_back(group: Group) -> SetBack | None:
    """Its desired capacity as far as it has instances, as fresh answers show it; None where there is nothing to take back.

    Below its live count the group would choose victims, so never lower than that, nor below its minimum.
    """
    has = len(group.capacity.in_service) + len(group.capacity.starting)
    desired = max(has, group.min_size)
    return SetBack(group.name, desired) if desired < group.capacity.desired else None
