"""A cluster that is not ACTIVE is told once, while work is under way in it."""

from __future__ import annotations

from ballast.drain.cluster_status import plan_status
from ballast.plans.actions import RecordWatch
from ballast.records.watch import WatchKind
from tests.builders import NOW, a_cluster, a_watch, acts, after, codes

WATCH = a_watch(kind=WatchKind.CLUSTER_NOT_ACTIVE, subject="*", told=True)
FAILED = a_cluster(status="FAILED")


def test_it_is_told_once_while_instances_are_being_drained() -> None:
    [told] = plan_status(FAILED, 2, (), NOW)

    assert acts(told) == (RecordWatch(None, WATCH),)
    assert codes(told) == ["ClusterNotActive"]
    assert plan_status(FAILED, 2, (WATCH,), after(1)) == ()


def test_it_is_over_when_the_cluster_is_active_or_nothing_is_left_to_do() -> None:
    for cluster, under_way in ((a_cluster(), 2), (FAILED, 0)):
        [over] = plan_status(cluster, under_way, (WATCH,), after(9))
        assert acts(over) == (RecordWatch(WATCH, None),)
        assert codes(over) == ["ClusterActive"]


def test_without_work_under_way_nobody_is_told() -> None:
    assert plan_status(FAILED, 0, (), NOW) == ()
    assert plan_status(a_cluster(), 3, (), NOW) == ()
