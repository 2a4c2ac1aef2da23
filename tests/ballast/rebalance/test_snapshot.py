"""What a round sees: how much of the budget is left."""

from __future__ import annotations

from ballast.rebalance.snapshot import Budget


def test_what_others_took_is_gone_and_never_more_than_there_is() -> None:
    assert [Budget(5, out).left for out in (0, 3, 7)] == [5, 2, 0]
