"""Whose turn it is: five minutes after the last, sooner when something is heard, and each minute while something is under way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ballast.aws.ledger_items import Books
from ballast.aws.rebalance_items import RebalanceBooks
from ballast.policy.rebalance_settings import Asked
from ballast.policy.rebalancing import Rebalance, RebalancePolicy
from ballast.rebalance.events import Drained, Look, Minute, NotLaunched, RebalanceEvent
from ballast.rebalance.shortages import Failure
from ballast.records.rebalancing import Told
from ballast.shell.rebalance import _concerns, _in_turn, _is_quiet
from ballast.shell.rebalance_books import Turn
from tests.ballast.aws.test_rebalance_items import MOVE
from tests.builders import NOW, a_cluster, after

MINUTE = Minute(NOW)
FAILED = NotLaunched(Failure("web", NOW))


def turn(
    *events: RebalanceEvent, planned: float | None = 3, moves: Sequence[Any] = (), mode: Rebalance = Rebalance.ON
) -> bool | None:
    """Whether anything may begin, `planned` minutes after the last time; None where nothing is done now."""
    told = Told("prod", after(-planned)) if planned is not None else None
    own = RebalanceBooks(moves=tuple(moves), told=told)
    asked = Asked(RebalancePolicy(rebalance=mode, scale_out=True))
    due = _in_turn(Turn(a_cluster(), Books((), (), (), ()), own, asked, events), NOW)
    return due.plans if due else None


@pytest.mark.parametrize(
    ("planned", "plans"), [(None, True), (5, True), (4.6, True), (4.4, None), (0, None)], ids=str
)  # fmt: skip
def test_a_cluster_is_planned_every_five_minutes(planned: float | None, plans: bool | None) -> None:  # noqa: FBT001 - what is asked
    assert turn(MINUTE, planned=planned) is plans


@pytest.mark.parametrize(("event", "soon"), [(Look(NOW, "prod"), None), (FAILED, True)])
def test_what_is_heard_brings_it_forward_but_not_all_the_time(event: RebalanceEvent, soon: bool | None) -> None:  # noqa: FBT001 - what is asked
    """A group that is short is heard of each minute as well, just before its launch fails again: that must not hide it."""
    assert turn(event, planned=1) is True
    assert turn(event, planned=0.2) is soon
    assert not turn(event, planned=0.05)


def test_a_launch_that_failed_is_noted_whoever_has_the_turn() -> None:
    assert turn(FAILED, planned=0.05) is False


def test_what_is_under_way_takes_a_step_each_minute_and_when_a_drain_ends_whatever_is_switched_off() -> None:
    assert turn(MINUTE, planned=1, moves=[MOVE]) is False
    assert turn(Drained(NOW, "prod"), planned=1, moves=[MOVE], mode=Rebalance.OFF) is False
    assert turn(Drained(NOW, "prod"), planned=1) is None


def test_where_it_is_off_nothing_begins() -> None:
    assert turn(MINUTE, Look(NOW, "prod"), planned=None, mode=Rebalance.OFF) is None


def test_an_event_concerns_the_cluster_that_it_names_or_that_has_the_group() -> None:
    ours, theirs = a_cluster(groups=("web",)), a_cluster(name="other", groups=("api",))
    events = (MINUTE, Look(NOW, "prod"), Look(NOW, group="web"), Drained(NOW, "prod"), FAILED)

    assert all(_concerns(event, ours) for event in events)
    assert [event for event in events if _concerns(event, theirs)] == [MINUTE]


def test_where_all_is_off_a_minute_in_five_is_enough_and_what_is_heard_is_heard() -> None:
    off, cluster = Asked(RebalancePolicy(rebalance=Rebalance.OFF)), a_cluster()
    minutes = [Minute(after(n)) for n in range(10)]

    assert sum(_is_quiet(off, cluster, minute) for minute in minutes) == 8
    assert not any(_is_quiet(Asked(RebalancePolicy()), cluster, minute) for minute in minutes)
    assert not any(_is_quiet(off, cluster, event) for event in (FAILED, Drained(NOW, "prod"), Look(NOW, "prod")))
