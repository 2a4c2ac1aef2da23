"""What only rebalance_capacity does, as people read it; `test_actions` holds it to the rules of all."""

from __future__ import annotations

import pytest

from ballast.plans.action import Action
from ballast.plans.capacity_actions import LowerDesired, RaiseDesired, TerminateAndLower
from ballast.plans.rebalance_actions import ClaimMove, LaunchInstances, Remember
from ballast.records.rebalancing import Told
from tests.ballast.aws.test_rebalance_items import MOVE
from tests.builders import a_disruption

LINES: list[tuple[Action, str | None]] = [
    (RaiseDesired("web", 3, 2), "raise web from 3 to 5"),
    (LaunchInstances("web", 3, 2, "us-east-1a", "a-token"), "launch 2 of web in us-east-1a"),
    (LowerDesired("web", 3), "set web back to 3, which it has"),
    (TerminateAndLower("web", "i-1", 2), "have web terminate i-1 and want 2"),
    (ClaimMove(MOVE, a_disruption(), 3, 1), None),
    (Remember(None, Told("prod")), None),
]


@pytest.mark.parametrize(("action", "line"), LINES)
def test_each_reads_as_one_line_unless_it_is_in_our_own_books(action: Action, line: str | None) -> None:
    assert action.line == line
