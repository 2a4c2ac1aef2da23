"""What could the sweep not ask, and when is that told? Once, after some rounds in a row; and once more when it is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import field, replace
from datetime import datetime

from ballast.facts.view import Cluster
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.records.watch import Watch, WatchKind
from ballast.value import dataclass
from ballast.words import reach as say
from ballast.words.notice import Notice

ROUNDS_UNTIL_TOLD = 3  # a single answer of AWS that does not come is no news
ALL = "*"  # the subject where the cluster itself is meant


@dataclass(frozen=True, slots=True)
class Reach:
    """Of one round: why by group where it cannot be asked, and which groups could be.

    `cluster` is why ECS did not tell about the cluster, "" where it did, and None where it was not asked.
    """

    groups: Mapping[str, str] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    cluster: str | None = None


def out_of_reach(watches: Sequence[Watch]) -> frozenset[str]:
    """Groups that earlier rounds could not ask."""
    return frozenset(w.subject for w in watches if w.kind is WatchKind.GROUP_UNREACHABLE)


def was_out_of_reach(watches: Sequence[Watch]) -> bool:
    """Whether ECS did not tell all of the cluster in the last round."""
    return any(w.kind is WatchKind.CLUSTER_UNREACHABLE for w in watches)


def plan_reach(cluster: Cluster, watches: Sequence[Watch], seen: Reach, now: datetime) -> tuple[Plan, ...]:
    """What is remembered and told of it."""
    of_cluster = {ALL: seen.cluster} if seen.cluster else {}
    answered = {ALL} if seen.cluster == "" else set[str]()
    well = (seen.asked - seen.groups.keys()) | (
        out_of_reach(watches) - set(cluster.groups)
    )  # or not of the cluster now
    groups = _Kind(WatchKind.GROUP_UNREACHABLE, say.group_unreachable, say.group_reachable)
    clusters = _Kind(WatchKind.CLUSTER_UNREACHABLE, say.cluster_unreachable, say.cluster_reachable)
    return (
        *groups.lost(cluster, watches, seen.groups, now),
        *groups.back(cluster, watches, well, now),
        *clusters.lost(cluster, watches, of_cluster, now),
        *clusters.back(cluster, watches, answered, now),
    )


@dataclass(frozen=True, slots=True)
class _Kind:
    kind: WatchKind
    say_lost: Callable[[Cluster, Watch, str, datetime], Notice]
    say_back: Callable[[Cluster, Watch, datetime], Notice]

    def lost(self, cluster: Cluster, watches: Sequence[Watch], why: Mapping[str, str], now: datetime) -> Iterator[Plan]:
        known = {w.subject: w for w in watches if w.kind is self.kind}
        for subject, reason in sorted(why.items()):
            watch = known.get(subject)
            if watch is None:
                first = Watch(cluster.name, self.kind, subject, now, rounds=1)
                yield Plan("out of reach for the first time", (RecordWatch(None, first),))
            elif not watch.told:
                again = next_revision(replace(watch, rounds=(watch.rounds or 0) + 1))
                told = (again.rounds or 0) >= ROUNDS_UNTIL_TOLD
                notices = (Tell(self.say_lost(cluster, watch, reason, now)),) if told else ()
                yield Plan("out of reach again", (*notices, RecordWatch(watch, replace(again, told=told))))

    def back(self, cluster: Cluster, watches: Sequence[Watch], well: AbstractSet[str], now: datetime) -> Iterator[Plan]:
        for watch in watches:
            if watch.kind is self.kind and watch.subject in well:
                notices = (Tell(self.say_back(cluster, watch, now)),) if watch.told else ()
                yield Plan("within reach again", (*notices, RecordWatch(watch, None)))
