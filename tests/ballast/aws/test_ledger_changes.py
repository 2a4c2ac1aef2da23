"""What the ledger writes is conditional on what stood there."""

from __future__ import annotations

import pytest

from ballast.aws.ledger import Ledger
from ballast.aws.ledger_changes import change, one_less, one_more
from ballast.aws.table import Table
from ballast.errors import LostRaceError
from tests.builders import CLUSTER, a_scale_in

FIRST, SECOND = a_scale_in(revision=1), a_scale_in(revision=2)


def test_a_record_begins_where_none_is_and_changes_or_ends_at_the_revision_that_was_read(ledger: Ledger) -> None:
    table = Table(ledger.table)
    table.write(change(table, None, FIRST))
    with pytest.raises(LostRaceError):
        table.write(change(table, None, FIRST))

    table.write(change(table, FIRST, SECOND))
    with pytest.raises(LostRaceError):
        table.write(change(table, FIRST, None))

    table.write(change(table, SECOND, None))
    assert ledger.open(CLUSTER)[0] == ()
    with pytest.raises(ValueError, match="from something or to something"):
        change(table, None, None)


def test_one_more_is_in_flight_up_to_what_is_allowed_and_none_less_than_none(ledger: Ledger) -> None:
    table = Table(ledger.table)
    for _ in range(2):
        table.write(one_more(table, CLUSTER, allowed=2))
    with pytest.raises(LostRaceError):
        table.write(one_more(table, CLUSTER, allowed=2))

    for _ in range(2):
        table.write(one_less(table, CLUSTER))
    with pytest.raises(LostRaceError):
        table.write(one_less(table, CLUSTER))
