"""Do the instances that a group launches join ECS? Those that do not are told, one ticket a group: they are paid for in vain."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ballast.facts.capacity import GroupCapacity
from ballast.facts.view import Cluster
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan, next_revision
from ballast.records.watch import Watch, WatchKind
from ballast.words import fleet as say

# Everybody is listed every quarter of an hour, so a second look is most often that much later.
JOINS_WITHIN = timedelta(minutes=10)
MOST = 100  # ids that are remembered of a group


def plan_joined(
    cluster: Cluster,
    capacity: Sequence[GroupCapacity],
    registered: Collection[str],
    watches: Sequence[Watch],
    now: datetime,
) -> Iterator[Plan]:
    """`capacity` of the groups that could be asked; `registered`: EC2 ids of all that ECS lists in this cluster.

    One that is in service and twice not listed, ten minutes apart, has not joined; of a group that serves another
    cluster, too, nobody here knows. Those that start are not in service:
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
    """
    known = {w.subject: w for w in watches if w.kind is WatchKind.NOT_REGISTERED}
    for group in capacity:
        away = () if group.shared else tuple(sorted(group.in_service.difference(registered))[:MOST])
        watch = known.pop(group.group, None)
        still = sorted(set(away).intersection(watch.members or ())) if watch else []
        first = Watch(cluster.name, WatchKind.NOT_REGISTERED, group.group, now, members=away)
        if watch is None:
            if away:
                yield Plan("some of its instances have not joined ECS yet", (RecordWatch(None, first),))
        elif not still:
            over = (Tell(say.registered(cluster, watch, now)),) if watch.told else ()
            after = replace(first, revision=watch.revision + 1) if away else None
            yield Plan("those have joined ECS, or are gone", (*over, RecordWatch(watch, after)))
        elif not watch.told and now - watch.since >= JOINS_WITHIN:
            kept = next_revision(replace(watch, told=True, members=tuple(still)))
            told = Tell(say.not_registered(cluster, watch, still, now))
            yield Plan("it has lasted", (told, RecordWatch(watch, kept)))
    for subject in sorted(known.keys() - set(cluster.groups)):
        yield Plan("the cluster has that group no more", (RecordWatch(known[subject], None),))
