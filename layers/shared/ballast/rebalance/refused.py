"""A group did not get what we had it want. What is short is put aside, and another pool is asked in its place, if there is one.

Where there is none the group goes on trying by itself, and people are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from ballast.policy.rebalancing import RebalancePolicy
from ballast.rebalance.acts import Launch, Page, PutAside, Round, SetBack
from ballast.rebalance.ground import Ground
from ballast.rebalance.parts import parts
from ballast.rebalance.refusals import set_back
from ballast.rebalance.round import decide
from ballast.rebalance.shortages import Failure, remember
from ballast.rebalance.snapshot import Snapshot

OURS_FOR = timedelta(minutes=15)  # after we raised it
BY_US = timedelta(minutes=2)  # between our noting that we raise it and its being raised


def with_failures(snapshot: Snapshot, failures: Sequence[Failure]) -> tuple[Snapshot, tuple[PutAside, ...]]:
    """With what they say is short."""
    told = remember(failures, snapshot.shortages, snapshot.cluster.name)
    known = {each.shortage.item: each.shortage for each in told}
    whole = [failure for each in told if (failure := _whole(snapshot, each))]
    aside = (*told, *remember(whole, [s for s in snapshot.shortages if s.item not in known], snapshot.cluster.name))
    fresh = {each.shortage.item: each.shortage for each in aside}
    kept = [known for known in snapshot.shortages if known.item not in fresh]
    return replace(snapshot, shortages=(*kept, *fresh.values())), aside


def _whole(snapshot: Snapshot, aside: PutAside) -> Failure | None:
    """A group that fails again in one zone, still without what it wants, found none in its other zones either.

    It tries those by itself, and whether each of them is told is not documented.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html (instance distribution)
    """
    short, before = aside.shortage, aside.before
    group = next((g for g in snapshot.groups if g.name == short.group), None)
    if group is None or short.zone is None or before is None or not group.capacity.missing:
        return None
    again = group.desired_since is not None and before.failed_at >= group.desired_since
    return Failure(group.name, short.failed_at, message="in every zone") if again else None


def decide_anew(ground: Ground, failures: Iterable[Failure]) -> Round:
    """The round after launches of these groups failed; `ground` knows already what is short."""
    decided = decide(ground)
    backs = _backs(ground, {failure.group for failure in failures})
    if not backs:
        return decided
    elsewhere = decide(_as_if(ground, backs))
    launched = {act.group for act in elsewhere.acts if isinstance(act, Launch)}
    if launched - {back.group for back in backs}:
        return replace(elsewhere, acts=(*backs, *elsewhere.acts))
    pages = [act for act in elsewhere.acts if isinstance(act, Page) and act not in decided.acts]
    return replace(decided, acts=(*decided.acts, *pages))


def _backs(ground: Ground, names: Iterable[str]) -> tuple[SetBack, ...]:
    """Of those that want more than they have because of us; what others want is theirs."""
    wanted, found = set(names), []
    for part in parts(ground.snapshot):
        group, at = part.group, part.memory.scaled_out_at
        if group is None or group.name not in wanted or at is None or ground.now - at > OURS_FOR:
            continue
        by_us = group.desired_since is None or abs(group.desired_since - at) <= BY_US
        if by_us and (back := set_back(group)):
            found.append(back)
    return tuple(found)


def _as_if(ground: Ground, backs: Iterable[SetBack]) -> Ground:
    desired = {back.group: back.desired for back in backs}
    groups = tuple(
        replace(g, capacity=replace(g.capacity, desired=desired[g.name])) if g.name in desired else g
        for g in ground.snapshot.groups
    )
    policy: RebalancePolicy = ground.policy
    return Ground(replace(ground.snapshot, groups=groups), policy, ground.now)
