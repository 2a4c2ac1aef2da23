"""What is done about the number of instances of a group, as people read it; `test_actions` holds it to the rules of all."""

from __future__ import annotations

import pytest

from ballast.plans.action import Action
from ballast.plans.capacity_actions import LowerDesired, RaiseDesired, TerminateAndLower

LINES: list[tuple[Action, str | None]] = [
    (RaiseDesired("web", 3, 2), "raise web from 3 to 5"),
    (LowerDesired("web", 3), "set web back to 3, which it has"),
    (TerminateAndLower("web", "i-1", 2), "have web terminate i-1 and want 2"),
]


@pytest.mark.parametrize(("action", "line"), LINES)
def test_each_reads_as_one_line(action: Action, line: str | None) -> None:
    assert action.line == line
