"""A group did not get what we had it want. What is short is put aside, and another pool is asked in its place, if there is one.

Where there is none the group goes on trying by itself, and people are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    aside = remember([*failures, *_everywhere(snapshot, failures)], snapshot.shortages, snapshot.cluster.name)
    fresh = {each.shortage.item: each.shortage for each in aside}
    kept = [known for known in snapshot.shortages if known.item not in fresh]
    return replace(snapshot, shortages=(*kept, *fresh.values())), aside


def _everywhere(snapshot: Snapshot, failures: Iterable[Failure]) -> Iterator[Failure]:
    """Of groups that failed before and still launch nothing: they may use other zones, and those have nothing either.

    An activity names one zone, however many were tried: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html
    """
    groups = {group.name: group.capacity for group in snapshot.groups}
    for failure in failures:
        seen = groups.get(failure.group)
        lately = [s for s in snapshot.shortages if s.group == failure.group and s.zone]
        if seen is None or seen.starting or not seen.missing or failure.zone is None:
            continue
        if any(timedelta() < failure.at - s.failed_at < OURS_FOR for s in lately):
            yield replace(failure, zone=None)


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
