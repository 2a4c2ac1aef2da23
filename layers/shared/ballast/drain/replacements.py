"""Does a group launch what it should have? One that does not, for long, is told: its budget stays used up meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.capacity import GroupCapacity
from ballast.facts.view import Cluster
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.records.watch import Watch, WatchKind
from ballast.words import fleet as say

COMES_WITHIN = timedelta(minutes=15)


def plan_replacements(
    cluster: Cluster, capacity: Sequence[GroupCapacity], watches: Sequence[Watch], now: datetime
) -> Iterator[Plan]:
    """`capacity` of the groups that could be asked; nothing is concluded about the others."""
    known = {w.subject: w for w in watches if w.kind is WatchKind.REPLACEMENT_MISSING}
    for group in capacity:
        watch = known.get(group.group)
        if group.missing and watch is None:
            first = Watch(cluster.name, WatchKind.REPLACEMENT_MISSING, group.group, now)
            yield Plan("it lacks an instance that nobody launches", (RecordWatch(None, first),))
        elif watch and not group.missing:
            back = (Tell(say.replacement_back(cluster, watch, now)),) if watch.told else ()
            yield Plan("nothing is missing any more", (*back, RecordWatch(watch, None)))
        elif watch and not watch.told and now - watch.since >= COMES_WITHIN:
            told = Tell(say.replacement_missing(cluster, watch, group, now))
            yield Plan("it has lasted", (told, RecordWatch(watch, next_revision(replace(watch, told=True)))))
    for subject in sorted(known.keys() - set(cluster.groups)):
        yield Plan("the cluster has that group no more", (RecordWatch(known[subject], None),))
