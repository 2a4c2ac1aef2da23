"""A move, the drain that it begins and the budget change together, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ballast.aws.ledger import Ledger
from ballast.aws.ledger_changes import item_of
from ballast.aws.rebalance_ledger import books_of, claim_move
from ballast.aws.table import Table
from ballast.errors import LostRaceError
from ballast.plans.rebalance_actions import ClaimMove
from ballast.records.disruption import Phase, Reason
from ballast.records.rebalancing import Move
from tests.ballast.aws.test_ledger import OTHER, ledger  # noqa: F401 - its fixture
from tests.ballast.aws.test_rebalance_items import MOVE, TALLY, TOLD
from tests.builders import a_voluntary


def a_claim(move: Move = MOVE, budget: int = 2, others_out: int = 0) -> ClaimMove:
    drain = replace(
        a_voluntary(instance_id=move.instance_id), reason=Reason.REBALANCING, phase=Phase.CLAIMED, revision=1
    )
    return ClaimMove(move, drain, budget, others_out)


def test_a_claim_writes_move_and_drain_and_counts(ledger: Ledger) -> None:  # noqa: F811 - the same
    table = Table(ledger.table)
    claim_move(table, a_claim())

    books, own = books_of(table, "prod")
    assert (own.moves, books.disruptions) == ((MOVE,), (a_claim().drain,))
    with pytest.raises(LostRaceError):  # the budget is one
        claim_move(table, a_claim(replace(MOVE, instance_id=OTHER), budget=1))
    assert books_of(table, "prod")[1].moves == (MOVE,)


def test_the_budget_is_shared_with_every_other_drain_and_with_what_is_out(ledger: Ledger) -> None:  # noqa: F811 - the same
    table = Table(ledger.table)
    ledger.write(None, a_voluntary(instance_id=OTHER), budget=1)

    with pytest.raises(LostRaceError):
        claim_move(table, a_claim(budget=1))
    with pytest.raises(LostRaceError, match="used up by 2 other instances"):
        claim_move(table, a_claim(budget=2, others_out=2))
    claim_move(table, a_claim(budget=2))


def test_where_anything_stands_in_the_way_nothing_is_written(ledger: Ledger) -> None:  # noqa: F811 - the same
    table = Table(ledger.table)
    table.write(table.put({**item_of(MOVE), "phase": {"S": "of a newer version"}}))

    with pytest.raises(LostRaceError):
        claim_move(table, a_claim())

    books, own = books_of(table, "prod")
    assert (books.disruptions, own.moves, [unread.item for unread in books.unread]) == ((), (), [MOVE.item])


def test_what_nobody_can_read_of_rebalancing_is_told_by_the_sweep_of_drains_as_well(ledger: Ledger) -> None:  # noqa: F811 - the same
    table = Table(ledger.table)
    for record in (TOLD, TALLY):
        table.write(table.put({**item_of(record), "revision": {"S": "new"}}))

    assert sorted(unread.item for unread in ledger.books("prod").unread) == ["rebalance", "tally"]
