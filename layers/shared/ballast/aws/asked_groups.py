"""Auto Scaling groups of which some may not answer: deleted, denied or throttled ones cost no other its answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import field
from itertools import batched
from typing import TYPE_CHECKING

from ballast.aws.autoscaling import GROUPS_MOST, capacity_of, groups, members_of
from ballast.aws.warm_pools import has_pool, in_pool
from ballast.errors import CallFailedError, UnavailableError
from ballast.facts.group import HELD, GroupMembership
from ballast.telemetry import logger
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup

NO_SUCH_GROUP = "Auto Scaling knows no group of this name: it was deleted."
TOO_BUSY = 2  # refusals of a round; each takes seconds of retries
POOLS_AT_ONCE = 50  # of idle clusters, one call each, in a round that has other things to do


@dataclass(frozen=True, slots=True)
class Asked[T]:
    """`found`: what was answered; `unsure`: why, by the name of each group that was not."""

    found: tuple[T, ...] = ()
    unsure: Mapping[str, str] = field(default_factory=dict)


def ask_groups(names: Iterable[str], apart: Collection[str] = ()) -> Asked[RawGroup]:
    """As DescribeAutoScalingGroups describes them; one that cannot be asked costs no other its answer.

    Together, but for those `apart` that are known to fail; one by one where that call fails. One that AWS leaves out of
    its answer does not exist.
    """
    wanted = sorted(set(names))
    together = [name for name in wanted if name not in apart]
    singly = [name for name in wanted if name in apart]
    found: list[RawGroup] = []
    try:
        found += groups(together)
    except CallFailedError:
        found, singly = [], [*together, *singly]
    one_by_one = each_group(singly, lambda name: groups([name]))
    found += one_by_one.found
    there = {group["AutoScalingGroupName"] for group in found}
    missing = [name for name in wanted if name not in there | one_by_one.unsure.keys()]
    return Asked(tuple(found), {**dict.fromkeys(missing, NO_SUCH_GROUP), **one_by_one.unsure})


def each_group[T](names: Iterable[str], ask: Callable[[str], Iterable[T]]) -> Asked[T]:
    """Ask about one group after the other. Once AWS was too busy for two, the rest is put off, as each refusal takes seconds."""
    found: list[T] = []
    unsure: dict[str, str] = {}
    busy = 0
    for name in names:
        if busy >= TOO_BUSY:
            unsure[name] = "Auto Scaling is too busy to answer."
            continue
        try:
            found += ask(name)
        except CallFailedError as error:
            unsure[name] = str(error)
            busy += isinstance(error, UnavailableError)
            logger.warning("cannot ask about the group", group=name, why=str(error))
    return Asked(tuple(found), unsure)


def ask_pools(found: Iterable[RawGroup]) -> Asked[tuple[str, GroupMembership]]:
    """Who is in the warm pools of groups as they are described, by EC2 id; of one without a pool nothing is asked."""
    pooled = {group["AutoScalingGroupName"]: group for group in found if has_pool(group)}
    asked = each_group(sorted(pooled), lambda name: in_pool(pooled[name]))
    return Asked(asked.found, {name: f"Its warm pool is not told: {why}" for name, why in asked.unsure.items()})


def unsettled(names: Iterable[str], minute: int) -> frozenset[str]:
    """Which of these groups hold an instance for a terminating hook, or have fewer in service than they should.

    Those of a call that fails are left out. Of many warm pools some are asked in each minute, so that all get their turn.
    """
    found: set[str] = set()
    pooled: list[RawGroup] = []
    for some in batched(sorted(set(names)), GROUPS_MOST, strict=False):
        try:
            answered = list(groups(some))
        except CallFailedError as error:
            logger.warning("cannot ask which groups are settled", why=str(error))
            continue
        found |= {m.group for m in members_of(answered).values() if m.lifecycle_state in HELD}
        found |= {c.group for c in capacity_of(answered) if len(c.in_service) < c.desired}
        pooled += [g for g in answered if has_pool(g) and g["AutoScalingGroupName"] not in found]
    first = minute * POOLS_AT_ONCE % len(pooled) if len(pooled) > POOLS_AT_ONCE else 0
    waiting = ask_pools((*pooled[first:], *pooled[:first])[:POOLS_AT_ONCE]).found
    return frozenset(found | {m.group for _, m in waiting if m.lifecycle_state in HELD})
