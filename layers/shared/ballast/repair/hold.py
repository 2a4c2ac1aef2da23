"""Repairs that a common cause holds: one page that names it, nothing begins meanwhile, and one all-clear when it is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.view import Cluster
from ballast.plans.actions import Record, RecordWatch, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.records.repair import Repairs
from ballast.records.watch import Watch, WatchKind
from ballast.repair.illness import NOTED_EVERY
from ballast.repair.shared import ALL, Held
from ballast.words import repair as say

OTHERS_TELL = timedelta(minutes=2)  # a page about lost agents, or a lost fleet, says the same, and is told first
QUIET = "quiet"  # of a zone that one moves away from: somebody knows already
PAGES = frozenset({WatchKind.AGENTS_LOST, WatchKind.FLEET_LOST})


def why_held(watch: Watch, causes: Iterable[Held], watches: Iterable[Watch]) -> str | None:
    """In words: by what it shares now, or shared until a short while ago."""
    for cause in causes:
        if watch.subject in cause.instance_ids:
            return f"held: {say.shared(cause.subject)}"
    for held in watches:
        of_it = held.subject == ALL or held.subject in (watch.traits or ())
        if held.kind is WatchKind.REPAIR_HELD and of_it:
            return f"held until this has been over for a while: {say.shared(held.subject)}"
    return None


def plan_held(
    cluster: Cluster,
    watches: Sequence[Watch],
    causes: Sequence[Held],
    now: datetime,
    *,
    repairs: Mapping[str, Repairs],
    shifted: Iterable[str],
) -> Iterator[Plan]:
    """What is remembered and told of it; `repairs`: of each group; `shifted`: zones that one moves away from."""
    known = {w.subject: w for w in watches if w.kind is WatchKind.REPAIR_HELD}
    told_by_others = any(w.kind in PAGES and w.told for w in watches)
    quiet = {f"zone={zone}" for zone in shifted}
    for cause in causes:
        watch, members = known.pop(cause.subject, None), tuple(sorted(cause.instance_ids))
        if watch is None:
            first = Watch(
                cluster.name, WatchKind.REPAIR_HELD, cause.subject, now, members=members, seen_at=now,
                signal=QUIET if cause.subject in quiet else None,
            )  # fmt: skip
            yield Plan("repairs are held", (RecordWatch(None, first),))
        elif _is_due(watch, cluster, now) and not told_by_others:
            after = next_revision(replace(watch, told=True, members=members, seen_at=now))
            notice = say.repair_held(cluster, watch, members, now)
            yield Plan("repairs are held, and nobody has told it", (Tell(notice), RecordWatch(watch, after)))
        elif watch.seen_at is None or now - watch.seen_at >= NOTED_EVERY:
            yield Plan("still held", (RecordWatch(watch, next_revision(replace(watch, seen_at=now, members=members))),))
    for watch in known.values():
        if now - (watch.seen_at or watch.since) >= cluster.policy.repair_after:
            over = (Tell(say.repair_held_over(cluster, watch, now)),) if watch.told else ()
            slow = (Record(memory, next_revision(replace(memory, held_at=now))) for memory in repairs.values())
            yield Plan("what held repairs is over", (*over, *slow, RecordWatch(watch, None)))


def _is_due(watch: Watch, cluster: Cluster, now: datetime) -> bool:
    return not watch.told and watch.signal != QUIET and now - watch.since >= cluster.policy.repair_after + OTHERS_TELL
