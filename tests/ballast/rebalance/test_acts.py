"""How each act of rebalancing reads."""

from __future__ import annotations

import pytest

from ballast.rebalance.acts import GiveBack, Page, PutAside, SetBack
from tests.ballast.rebalance.builders import a_move, an_instance
from tests.ballast.records.test_rebalancing import SHORT

MOVE = a_move(an_instance(1), saving_usd_per_hour=0.2)


@pytest.mark.parametrize(
    ("line", "reads"),
    [
        (GiveBack(MOVE, 1, {}).line, f"give back {MOVE.instance_id} of web: 2 tasks move, 0.200 USD/h saved"),
        (SetBack("web", 3).line, "set web back to 3, which it has"),
        (
            PutAside(SHORT, None).line,
            "put shortage#web/m6i.large/a/spot aside until 09:05: InsufficientInstanceCapacity",
        ),
        (Page("k", "It is full.").line, "tell on-call: It is full."),
    ],
)
def test_each_act_is_one_line(line: str, reads: str) -> None:
    assert line == reads
