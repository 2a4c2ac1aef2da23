"""A cluster that is FAILED, or not yet or no longer ACTIVE, keeps its instances: what is under way goes on, and is told.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Cluster.html
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ballast.facts.view import Cluster
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.watch import Watch, WatchKind
from ballast.words import whereabouts as say


def plan_status(cluster: Cluster, under_way: int, watches: Sequence[Watch], now: datetime) -> tuple[Plan, ...]:
    """Told once, while there is work under way; its end once it is ACTIVE or nothing is left to do."""
    known = next((w for w in watches if w.kind is WatchKind.CLUSTER_NOT_ACTIVE), None)
    troubled = cluster.status is not None and under_way > 0
    if troubled and known is None:
        watch = Watch(cluster.name, WatchKind.CLUSTER_NOT_ACTIVE, "*", now, told=True)
        notice = say.cluster_not_active(cluster, watch, under_way, now)
        return (Plan(f"the cluster is {cluster.status}", (Tell(notice), RecordWatch(None, watch))),)
    if known and not troubled:
        return (Plan("over", (Tell(say.cluster_active(cluster, known, now)), RecordWatch(known, None))),)
    return ()
