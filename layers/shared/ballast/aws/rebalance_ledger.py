"""How are moves claimed and kept? A move, the drain that it begins and the budget change in one transaction."""

from __future__ import annotations

from dataclasses import replace

from ballast.aws.ledger_changes import change, one_more
from ballast.aws.ledger_items import Books, read_books
from ballast.aws.rebalance_items import RebalanceBooks, read_rebalancing
from ballast.aws.table import Table
from ballast.errors import LostRaceError
from ballast.plans.rebalance_actions import ClaimMove


def books_of(table: Table, cluster: str) -> tuple[Books, RebalanceBooks]:
    """All that is going on in a cluster, by one query."""
    items = list(table.query("cluster", cluster))
    books, own = read_books(cluster, items), read_rebalancing(items)
    return replace(books, unread=(*books.unread, *own.unread)), own


def claim_move(table: Table, claim: ClaimMove) -> None:
    """Raises LostRaceError where the ledger holds something else, or the budget is used up; then nothing is written."""
    allowed, move = claim.budget - claim.others_out, claim.move
    if allowed <= 0:
        raise LostRaceError(f"the disruption budget is used up by {claim.others_out} other instances")
    table.write(
        change(table, claim.before, move),
        change(table, claim.known, claim.drain),
        one_more(table, move.cluster, allowed),
    )
