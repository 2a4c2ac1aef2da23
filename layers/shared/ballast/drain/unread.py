"""An item of the ledger that nobody can read is skipped, and told once by its key until it can be read or is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from ballast.facts.view import Cluster
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.kept import Unread
from ballast.records.watch import Watch, WatchKind
from ballast.words import unread as say

KIND = WatchKind.UNREADABLE_ITEM


def plan_unread(cluster: Cluster, unread: Sequence[Unread], watches: Sequence[Watch], now: datetime) -> Iterator[Plan]:
    """What stands under the cluster's name."""
    known = {w.subject: w for w in watches if w.kind is KIND}
    present = {say.key(one): one for one in unread}
    for subject, one in present.items():
        if subject not in known:
            watch = Watch(cluster.name, KIND, subject, now, told=True)
            told = Tell(say.unreadable(cluster, watch, one, now))
            yield Plan("an item of the ledger cannot be read", (told, RecordWatch(None, watch)))
    for subject in sorted(known.keys() - present.keys()):
        over = Tell(say.readable(cluster, known[subject], now))
        yield Plan("it can be read, or is gone", (over, RecordWatch(known[subject], None)))


def plan_replaced(unread: Unread, now: datetime) -> Plan:
    """What stands under no cluster's name, and is written anew from what AWS says: there is nothing to remember."""
    return Plan("an item of the ledger cannot be read", (Tell(say.replaced(unread, now)),))


def is_told(unread: Unread, watches: Sequence[Watch]) -> bool:
    return any(w.kind is KIND and w.subject == say.key(unread) for w in watches)
