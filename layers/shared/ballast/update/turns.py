"""Which clusters does a round look at, and in which order? Where nothing moves, seldom: a look reads the whole fleet.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/request-throttling.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from ballast.drain.cadence import idle_every, is_turn, minute_of
from ballast.records.rollout import InstanceUpdate, Rollout


def is_moving(rollouts: Iterable[Rollout], updates: Iterable[InstanceUpdate]) -> bool:
    """Whether a rollout takes up instances, or one of them is under way."""
    return any(rollout.moves for rollout in rollouts) or any(not update.settled for update in updates)


def is_due(
    cluster: str, clusters: int, rollouts: Sequence[Rollout], updates: Iterable[InstanceUpdate], at: datetime
) -> bool:
    """Always where something moves; of so many clusters in which nothing does half as often as an idle one is swept for drains.

    A release that comes out, a command or the end of an instance refresh is looked at when it is told. Without a rollout
    that waits for anything, what is left is who came by himself: each minute that would be the dearest look of a stack.
    """
    if is_moving(rollouts, updates):
        return True
    least = 1 if any(not rollout.over for rollout in rollouts) else IDLE_MINUTES
    return is_turn(cluster, at, max(least, idle_every(2 * clusters)))


def in_turn(names: Collection[str], moving: Collection[str], at: datetime) -> Sequence[str]:
    """Those where something moves first; each begins with another one every minute, in case time runs out."""
    return (*_rotated(set(names) & set(moving), at), *_rotated(set(names) - set(moving), at))


def _rotated(names: Collection[str], at: datetime) -> Sequence[str]:
    ordered = sorted(names)
    first = minute_of(at) * STEP % len(ordered) if ordered else 0
    return (*ordered[first:], *ordered[:first])


IDLE_MINUTES = 5  # between two looks, at least
STEP = 61  # clusters, of which a round looks at more; a prime, so that it does not come back to the same ones
