"""What was done since the last report, in counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.rebalance.acts import Act, Do, GoOn, Launch, Page
from ballast.rebalance.tally import counted, is_given_back
from ballast.records.rebalancing import Method, MovePhase, Tally
from tests.ballast.rebalance.builders import a_move, an_instance
from tests.builders import NOW

BEFORE = Tally("prod", NOW)
MOVE = replace(a_move(an_instance(1)), saving_usd_per_hour=0.192)
GONE = GoOn(replace(MOVE, phase=MovePhase.TERMINATING), Do.FINISH, "it is given back", None)


@pytest.mark.parametrize(
    ("act", "after"),
    [
        (GONE, replace(BEFORE, given_back=1, tasks=2, micro_usd_per_hour=192_000, revision=1)),
        (GoOn(MOVE, Do.FINISH, "it is already gone", None), BEFORE),
        (GoOn(MOVE, Do.UNDO, "it does not fit", None), replace(BEFORE, undone=1, revision=1)),
        (GoOn(MOVE, Do.DROP, "somebody set it ACTIVE", None), BEFORE),
        (Launch("p", "web", 3, 1, "why", Method.SCALE_OUT, (), None), replace(BEFORE, launched=3, revision=1)),
        (Page("agents", "x."), BEFORE),
    ],
)
def test_only_what_was_given_back_by_us_saves_money(act: Act, after: Tally) -> None:
    assert counted(BEFORE, [act]) == after


def test_nothing_done_is_no_new_revision() -> None:
    assert counted(BEFORE, []) is BEFORE
    assert is_given_back(GONE)
