"""A tag that nobody can read is one ticket a value, told of a cluster that is not looked after."""

from __future__ import annotations

from ballast.drain.doubtful import plan_doubtful
from ballast.plans.actions import RecordWatch, Tell
from ballast.plans.plan import Plan
from ballast.records.watch import Watch, WatchKind
from tests.builders import NOW, a_cluster, a_watch, codes


def look(value: str, *watches: Watch) -> tuple[Plan, ...]:
    return tuple(plan_doubtful(a_cluster(tags={"ballast:managed": value}), watches, NOW))


def a_ticket(value: str) -> Watch:
    return a_watch(kind=WatchKind.UNREADABLE_POLICY, subject=f"ballast:managed={value}", told=True)


def test_it_is_told_once_with_the_value_as_it_is_written() -> None:
    [plan] = look(" true")

    [notice] = [action.notice for action in plan.actions if isinstance(action, Tell)]
    assert (notice.code, notice.severity) == ("PolicyUnreadable", "ticket")
    assert (
        notice.what
        == "The tag ballast:managed= true of cluster prod cannot be read, so Ballast does not look after it."
    )
    assert RecordWatch(None, a_ticket(" true")) in plan.actions
    assert look(" true", a_ticket(" true")) == ()


def test_another_wrong_value_takes_its_place() -> None:
    assert codes(*look("yes", a_ticket("True"))) == ["PolicyUnreadable", "PolicyReadable"]


def test_a_ticket_about_something_else_stays() -> None:
    budget = a_watch(kind=WatchKind.UNREADABLE_POLICY, subject="ballast:budget=half", told=True)

    assert codes(*look("yes", budget)) == ["PolicyUnreadable"]
