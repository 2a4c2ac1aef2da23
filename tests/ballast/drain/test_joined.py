"""Instances that a group launches and that never join ECS are told, once for the group."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ballast.drain.joined import plan_joined
from ballast.facts.capacity import GroupCapacity
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.watch import Watch, WatchKind
from tests.builders import CLUSTER, GROUP, NOW, a_cluster, a_container_instance, a_group, acts, after, codes

ONE, TWO, THREE = (a_container_instance(n).instance_id for n in (1, 2, 3))
ALL = a_group(*(a_container_instance(n) for n in (1, 2, 3)))
FIRST = Watch(CLUSTER, WatchKind.NOT_REGISTERED, GROUP, NOW, members=(TWO, THREE))
TOLD = replace(FIRST, told=True, revision=1)


def plans(
    *registered: str, watches: Collection[Watch] = (), minute: float = 0, group: GroupCapacity = ALL
) -> list[Plan]:
    return list(plan_joined(a_cluster(), [group], registered, list(watches), after(minute)))


def test_those_that_ecs_does_not_list_are_remembered_first() -> None:
    [plan] = plans(ONE)

    assert plan.actions == (RecordWatch(None, FIRST),)
    assert plans(ONE, TWO, THREE) == []


def test_those_that_are_still_not_listed_ten_minutes_later_are_one_ticket() -> None:
    [told] = plans(ONE, TWO, watches=[FIRST], minute=15)

    assert codes(told) == ["NotRegistered"]
    assert acts(told) == (RecordWatch(FIRST, replace(TOLD, members=(THREE,))),)
    [notice] = [action.notice for action in told.actions if isinstance(action, Tell)]
    assert notice.what == (
        f"1 instance of Auto Scaling group web is in service and has not joined cluster prod for 15 min: {THREE}."
    )
    assert plans(ONE, TWO, watches=[FIRST], minute=9) == []
    assert plans(ONE, watches=[TOLD], minute=30) == []


def test_others_that_have_just_been_launched_are_given_their_time() -> None:
    [plan] = plans(TWO, THREE, watches=[FIRST], minute=15)

    assert codes(plan) == []
    assert acts(plan) == (RecordWatch(FIRST, replace(FIRST, since=after(15), members=(ONE,), revision=1)),)


def test_the_ticket_is_closed_when_each_has_joined_or_is_gone() -> None:
    [plan] = plans(ONE, TWO, watches=[TOLD], minute=30, group=a_group(a_container_instance(1), a_container_instance(2)))

    assert (codes(plan), acts(plan)) == (["Registered"], (RecordWatch(TOLD, None),))


def test_what_starts_or_may_serve_another_cluster_is_not_missed() -> None:
    assert plans(ONE, group=replace(ALL, in_service=frozenset({ONE}), starting=frozenset({TWO, THREE}))) == []
    assert plans(ONE, group=replace(ALL, shared=True)) == []


def test_a_group_that_the_cluster_has_no_more_is_forgotten_and_one_that_cannot_be_asked_is_not() -> None:
    old = replace(TOLD, subject="old")

    assert [p.actions for p in plan_joined(a_cluster(), [], [ONE], [TOLD, old], after(30))] == [
        (RecordWatch(old, None),)
    ]
