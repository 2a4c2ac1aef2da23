"""Since when is an instance ill, without a break? What is remembered of it, until AWS says that it is well or gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.health import Health
from ballast.plans.actions import RecordWatch
from ballast.plans.plan import Plan, next_revision
from ballast.records.repair import Signal
from ballast.records.watch import Watch, WatchKind
from ballast.repair.signals import Sign

UNSEEN = timedelta(minutes=8)  # longer than between two looks at everybody: it may have been well meanwhile
NOTED_EVERY = timedelta(minutes=2)


def ill(watches: Sequence[Watch]) -> dict[str, Watch]:
    """By EC2 id."""
    return {watch.subject: watch for watch in watches if watch.kind is WatchKind.ILL}


def lasting(watches: Sequence[Watch], signs: Mapping[str, Sign], now: datetime) -> dict[str, Watch]:
    """Those of the books that are still so, by the same signal, and were not lost from sight."""
    return {
        i: watch
        for i, watch in ill(watches).items()
        if i in signs and not (_is_anew(watch, signs[i], now) or _has_new_group(watch, signs[i]))
    }


def _is_anew(watch: Watch, sign: Sign, now: datetime) -> bool:
    return watch.signal != sign.signal or _was_unseen(watch, now)


def _has_new_group(watch: Watch, sign: Sign) -> bool:
    """Its group did not answer when it fell ill: from the next round on it is one of it."""
    return watch.group is None and sign.group is not None


def newly(seen: Health, signs: Mapping[str, Sign], lasts: Mapping[str, Watch], now: datetime) -> dict[str, Watch]:
    """The others, as they will be remembered from now on: nothing lasts yet, but what they share with one that does may."""
    at = seen.answered_at or now
    return {i: _first(seen.cluster.name, i, sign, at) for i, sign in signs.items() if i not in lasts}


def plan_illness(seen: Health, signs: Mapping[str, Sign], watches: Sequence[Watch], now: datetime) -> Iterator[Plan]:
    """What changes in the books."""
    known, answered_at = ill(watches), seen.answered_at or now
    for instance_id, sign in sorted(signs.items()):
        watch = known.get(instance_id)
        if watch is None:
            first = _first(seen.cluster.name, instance_id, sign, answered_at)
            yield Plan("ill, seen for the first time", (RecordWatch(None, first),))
        elif _is_anew(watch, sign, now):
            anew = replace(_first(seen.cluster.name, instance_id, sign, answered_at), revision=watch.revision + 1)
            yield Plan("ill by another sign, or lost from sight", (RecordWatch(watch, anew),))
        elif _has_new_group(watch, sign):
            known_now = next_revision(replace(watch, group=sign.group, traits=sign.traits))
            yield Plan("its group answers again", (RecordWatch(watch, known_now),))
        elif watch.seen_at is None or now - watch.seen_at >= NOTED_EVERY:
            yield Plan("still ill", (RecordWatch(watch, next_revision(replace(watch, seen_at=now))),))
    for instance_id, watch in sorted(known.items()):
        if instance_id not in signs and is_answered(seen, watch):
            yield Plan("well again, or gone", (RecordWatch(watch, None),))


def is_answered(seen: Health, watch: Watch) -> bool:
    """Whether what this moment shows would show it, were it still so. Who lost its agent is listed in each round."""
    if watch.signal == Signal.AGENT_LOST:
        return True
    if seen.everybody is None:
        return False
    here = any(record.instance_id == watch.subject for record in seen.everybody)
    if watch.signal == Signal.NEVER_JOINED:
        return here or (seen.launched is not None and watch.group in {g.group for g in seen.capacity})
    if not here:
        return True
    unasked = {
        Signal.EC2_IMPAIRED: seen.ec2_impaired is None,
        Signal.STARTS_FAIL: seen.failed_starts is None,
    }
    return not unasked.get(Signal(watch.signal or Signal.AGENT_LOST), False)


def _first(cluster: str, instance_id: str, sign: Sign, answered_at: datetime) -> Watch:
    """Not from before it was seen, but where AWS says since when: what it does not say may have been different.

    From when it was answered on: since its round began it may only have fallen ill.
    """
    since = sign.since if sign.since and sign.since < answered_at else answered_at
    return Watch(
        cluster, WatchKind.ILL, instance_id, since,
        signal=sign.signal, why=sign.why, traits=sign.traits, group=sign.group, seen_at=answered_at,
    )  # fmt: skip


def _was_unseen(watch: Watch, now: datetime) -> bool:
    return watch.seen_at is None or now - watch.seen_at > UNSEEN
