"""What is told of each act, and when what was told is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ballast.plans.action import Action
from ballast.plans.actions import Announce, Tell
from ballast.rebalance.acts import Act, Do, GiveBack, GoOn, Launch, Page, PutAside, Round, SetBack, Try
from ballast.rebalance.tell import is_due, over, over_key, told
from ballast.records.rebalancing import DAILY, Method, MovePhase, Shortage
from ballast.words.codes import Code
from ballast.words.notice import Notice
from tests.ballast.rebalance.builders import a_move, an_instance
from tests.builders import NOW, a_cluster, after

MOVE = a_move(an_instance(1))
TERMINATING = replace(MOVE, phase=MovePhase.TERMINATING)
LAUNCHING = replace(MOVE, phase=MovePhase.LAUNCHING, launched=1)
SHORT = Shortage("prod", "web", None, None, None, "unknown", NOW, after(3))
IMPOSSIBLE = "impossible service:api"
LAUNCH = Launch("p", "web", 1, 2, "3 tasks have no room", Method.SCALE_OUT, (Try("web"), Try("batch")), 0.2)


def codes(actions: tuple[Action, ...]) -> list[str]:
    """Of notices their codes, of events what they say that happens."""
    return [a.notice.code if isinstance(a, Tell) else a.detail.get("outcome", a.detail.get("act", ""))
            for a in actions if isinstance(a, Tell | Announce)]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (GiveBack(MOVE, 7, {}), [Code.GIVE_BACK, "give_back"]),
        (LAUNCH, [Code.CAPACITY_ADDED, "launch"]),
        (replace(LAUNCH, method=Method.REPLACE, moves=(LAUNCHING,)), [Code.CHEAPER_LAUNCHED, "launch", "give_back"]),
        (GoOn(MOVE, Do.WAIT, "its tasks move", MOVE), []),
        (GoOn(LAUNCHING, Do.DRAIN, "it has joined", replace(LAUNCHING, phase=MovePhase.DRAINING)), [Code.CHEAPER_JOINED]),
        (GoOn(MOVE, Do.TERMINATE, "it is empty", TERMINATING), []),
        (GoOn(TERMINATING, Do.TERMINATE, "it was to be gone by now", TERMINATING), [Code.GIVE_BACK_LATE]),
        (GoOn(TERMINATING, Do.REPLACE, "it was to be gone by now", TERMINATING), [Code.GIVE_BACK_LATE]),
        (GoOn(TERMINATING, Do.FINISH, "it is given back", None), [Code.GIVEN_BACK, "given_back"]),
        (GoOn(MOVE, Do.FINISH, "it is already gone", None), [Code.GIVE_BACK_DROPPED, "gone"]),
        (GoOn(MOVE, Do.UNDO, "its tasks did not end in time", None), [Code.GIVE_BACK_UNDONE, "undone"]),
        (GoOn(MOVE, Do.DROP, "somebody set it ACTIVE", None), [Code.GIVE_BACK_DROPPED, "dropped"]),
        (GoOn(LAUNCHING, Do.REPLACE, "it never joined", None, of="i-1"), [Code.GIVE_BACK_DROPPED, "never_joined"]),
        (SetBack("web", 2), [Code.GROUP_SET_BACK]),
        (PutAside(SHORT, None), [Code.POOL_ASIDE]),
        (PutAside(replace(SHORT, failures=2), SHORT), []),
        (Page(IMPOSSIBLE, "a task of service:api asks for more."), [Code.TASK_IMPOSSIBLE]),
        (Page("undone web-provider", "i-1 is ACTIVE again."), []),
    ],
)  # fmt: skip
def test_each_act_is_told_once_to_people_and_to_programs(act: Act, says: list[str]) -> None:
    """That a move is undone is told by its end; that a request to terminate was made is told by its drain."""
    assert codes(told(act, a_cluster(), NOW)) == says


def test_who_follows_is_said_without_the_one_that_is_asked_first() -> None:
    [said, _] = told(LAUNCH, a_cluster(), NOW)

    assert isinstance(said, Tell)
    assert "If it is refused, batch follows." in said.notice.next


def a_round(*acts: Act, holds: tuple[str, ...] | None = ()) -> Round:
    return Round(acts, (), (), NOW, None if holds is None else frozenset(holds))


def closed(before: dict[str, float], decided: Round | None) -> list[Notice]:
    found = over({key: after(-minutes) for key, minutes in before.items()}, decided, a_cluster(), NOW)
    return [a.notice for each in found for a in each.actions if isinstance(a, Tell)]


def test_what_was_told_is_over_once_its_cause_no_longer_holds() -> None:
    assert closed({IMPOSSIBLE: 60}, a_round(holds=(IMPOSSIBLE,))) == []
    [end] = closed({IMPOSSIBLE: 60}, a_round(holds=("agents",)))
    [begun] = told(Page(IMPOSSIBLE, "x."), a_cluster(), after(-60))

    assert isinstance(begun, Tell)
    assert (end.code, end.incident) == (Code.WAITING_OVER, begun.notice.incident)
    assert end.closes_incident


def test_a_round_that_only_goes_on_with_moves_calls_nothing_off() -> None:
    assert closed({IMPOSSIBLE: 60}, a_round(holds=None)) == []


def test_once_rebalancing_is_off_nobody_looks_and_that_is_said() -> None:
    [end] = closed({IMPOSSIBLE: 60, over_key("agents"): 5, "agents": 60}, None)

    assert end.closes_incident
    assert end.what == "Ballast does not look any more whether it lasts."


def test_what_is_told_anew_closes_what_was_told_before() -> None:
    [end] = closed({IMPOSSIBLE: 240}, a_round(Page(IMPOSSIBLE, "x."), holds=(IMPOSSIBLE,)))

    assert end.what == "It lasts, and is told anew."


def test_it_is_called_off_once() -> None:
    assert closed({IMPOSSIBLE: 60, over_key(IMPOSSIBLE): 30}, a_round()) == []
    assert len(closed({IMPOSSIBLE: 60, over_key(IMPOSSIBLE): 90}, a_round())) == 1


def test_what_is_remembered_besides_pages_is_left_alone() -> None:
    assert closed({DAILY: 60, "undone web-provider": 60}, a_round()) == []


@pytest.mark.parametrize(
    ("hours_ago", "hour", "due"),
    [(None, 3, True), (24, 9, True), (22, 6, True), (22, 5, False), (24, 3, True), (10, 9, False)],
)
def test_the_report_is_due_once_a_day_in_the_morning(hours_ago: float | None, hour: int, due: bool) -> None:  # noqa: FBT001 - a column
    now = NOW.replace(hour=hour)
    before = {} if hours_ago is None else {DAILY: now - timedelta(hours=hours_ago)}

    assert is_due(before, now) is due
