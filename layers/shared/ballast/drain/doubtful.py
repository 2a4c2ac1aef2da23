"""A cluster whose tag nobody can read is not left out in silence: one ticket quotes the tag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from ballast.facts.view import Cluster
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.policy.policy import MANAGED_TAG
from ballast.records.watch import Watch, WatchKind
from ballast.words import tags as say


def plan_doubtful(cluster: Cluster, watches: Sequence[Watch], now: datetime) -> Iterator[Plan]:
    """Once for each value. Once it is managed, its own sweep closes the ticket, as of any tag."""
    subject = f"{MANAGED_TAG}={cluster.tags[MANAGED_TAG]}"
    if any(w.kind is WatchKind.UNREADABLE_POLICY and w.subject == subject for w in watches):
        return
    watch = Watch(cluster.name, WatchKind.UNREADABLE_POLICY, subject, now, told=True)
    told = Tell(say.managed_unreadable(cluster, watch, now))
    yield Plan("its tag that makes it managed cannot be read", (told, RecordWatch(None, watch)))
    for old in watches:
        if old.kind is WatchKind.UNREADABLE_POLICY and old.subject.startswith(f"{MANAGED_TAG}="):
            over = Tell(say.policy_readable(cluster, old, names=(), left=True, now=now))
            yield Plan("another value cannot be read now", (over, RecordWatch(old, None)))
