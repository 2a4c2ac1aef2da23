"""How many of a group may be replaced because they are broken? So many an hour, less after trouble, none while it rests.

A pace in the place of a latch, which freezes small fleets and lets go all at once
(https://github.com/kubernetes-sigs/karpenter/issues/2739, https://github.com/kubernetes-sigs/karpenter/issues/3192).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ballast.plans.plan import next_revision
from ballast.policy.policy import Policy
from ballast.records.repair import Repairs
from ballast.words.incident import count

HOUR = timedelta(hours=1)
REST = timedelta(minutes=30)
LONGEST_REST = timedelta(hours=8)
SHOWN_WITHIN = timedelta(hours=2)  # what is launched later than that after a repair was not launched for it
WHOLE = 100


def why_not_yet(memory: Repairs, size: int, policy: Policy, now: datetime) -> str | None:
    """In words. `size`: instances that the group should have."""
    until = rests_until(memory)
    if until and now < until:
        return f"{memory.group} rests until {until:%H:%M} UTC, as its last repair did not help"
    lately = sum(now - at < HOUR for at in memory.begun)
    shaken = any(at and now - at < HOUR for at in (memory.failed_at, memory.held_at))
    most = 1 if shaken else max(1, size * policy.repair_share // WHOLE)
    if lately >= most:
        return f"{count(lately, 'repair')} of {memory.group} began within the hour, and {most} may"
    return None


def rests_until(memory: Repairs) -> datetime | None:
    """Half an hour after a repair that did not help, and twice as long after each further one."""
    if memory.failed_at is None or not memory.failures:
        return None
    rest: timedelta = REST * 2 ** min(memory.failures - 1, 8)
    return memory.failed_at + min(LONGEST_REST, rest)


def with_begun(memory: Repairs, now: datetime) -> Repairs:
    lately = tuple(at for at in memory.begun if now - at < HOUR)
    return next_revision(replace(memory, begun=(*lately, now)))


def did_not_help(memory: Repairs, came_at: datetime | None) -> bool:
    """Whether an instance that is ill came with the last repair, and nobody has noted that yet."""
    last = max(memory.begun, default=None)
    if last is None or came_at is None or not timedelta() <= came_at - last <= SHOWN_WITHIN:
        return False
    return memory.failed_at is None or memory.failed_at < last


def with_failure(memory: Repairs, now: datetime) -> Repairs:
    """Failures long ago count no more: the group has been quiet since for as long again as it rested."""
    until = rests_until(memory)
    in_a_row = memory.failures if until and memory.failed_at and now < until + (until - memory.failed_at) else 0
    return next_revision(replace(memory, failures=in_a_row + 1, failed_at=now))
