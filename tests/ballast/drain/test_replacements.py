"""A group that does not launch what it should have is told once it has lasted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ballast.drain.replacements import plan_replacements
from ballast.facts.capacity import GroupCapacity
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.watch import Watch, WatchKind
from tests.builders import CLUSTER, GROUP, NOW, a_cluster, a_container_instance, a_group, acts, after, codes

FIRST = Watch(CLUSTER, WatchKind.REPLACEMENT_MISSING, GROUP, NOW)
TOLD = replace(FIRST, told=True, revision=1)
SHORT = a_group(a_container_instance(1), desired=2)
WHOLE = a_group(a_container_instance(1), a_container_instance(2))


def plans(capacity: Sequence[GroupCapacity], *watches: Watch, minute: float = 0) -> list[Plan]:
    return list(plan_replacements(a_cluster(), capacity, watches, after(minute)))


def test_it_is_remembered_first_and_told_after_a_quarter_of_an_hour() -> None:
    assert [p.actions for p in plans([SHORT])] == [(RecordWatch(None, FIRST),)]
    assert plans([SHORT], FIRST, minute=14) == []
    [told] = plans([SHORT], FIRST, minute=15)
    assert acts(told) == (RecordWatch(FIRST, TOLD),)
    assert codes(told) == ["ReplacementMissing"]
    assert plans([SHORT], TOLD, minute=60) == []


def test_what_is_being_launched_is_not_missing() -> None:
    assert plans([replace(SHORT, starting=frozenset({"i-2"}))]) == []
    assert plans([WHOLE]) == []


def test_a_group_above_its_desired_size_misses_nothing() -> None:
    """As when it launches a replacement before it terminates the old one.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-maintenance-policy.html
    """
    assert plans([replace(WHOLE, desired=1)]) == []
    assert plans([replace(WHOLE, starting=frozenset({"i-3"}))]) == []
    assert plans([replace(WHOLE, desired=1, leaving=frozenset({"i-4"}))]) == []


def test_it_closes_when_everything_is_launched() -> None:
    [back] = plans([WHOLE], TOLD, minute=20)

    assert (codes(back), acts(back)) == (["ReplacementBack"], (RecordWatch(TOLD, None),))
    assert codes(*plans([WHOLE], FIRST, minute=5)) == []


def test_of_a_group_that_could_not_be_asked_nothing_is_concluded() -> None:
    assert plans([], TOLD, minute=20) == []


def test_a_group_that_the_cluster_has_no_more_is_forgotten() -> None:
    other = replace(TOLD, subject="old")

    assert [p.actions for p in plans([WHOLE], other)] == [(RecordWatch(other, None),)]


def test_the_ticket_says_how_many_and_what_to_do() -> None:
    [told] = plans([replace(SHORT, launches_suspended=True)], FIRST, minute=15)
    [notice] = [action.notice for action in told.actions if isinstance(action, Tell)]

    assert notice.what == (
        "Auto Scaling group web has 1 of the 2 instances that it should have, and has launched no other for 15 min."
    )
    assert notice.why == "Its process Launch is suspended."
    assert notice.next.startswith("Resume the process Launch;")
