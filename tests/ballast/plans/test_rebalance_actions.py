"""What only rebalance_capacity does, as people read it; `test_actions` holds it to the rules of all."""

from __future__ import annotations

import pytest

from ballast.plans.action import Action
from ballast.plans.rebalance_actions import ClaimMove, LaunchInstances, Remember
from ballast.records.rebalancing import Told
from tests.ballast.aws.test_rebalance_items import MOVE
from tests.builders import a_disruption

LINES: list[tuple[Action, str | None]] = [
    (LaunchInstances("web", 3, 2, "us-east-1a", "a-token"), "launch 2 of web in us-east-1a"),
    (ClaimMove(MOVE, a_disruption(), 3, 1), None),
    (Remember(None, Told("prod")), None),
]


@pytest.mark.parametrize(("action", "line"), LINES)
def test_each_reads_as_one_line_unless_it_is_in_our_own_books(action: Action, line: str | None) -> None:
    assert action.line == line
