"""When drain_instance last saw to its clusters."""

from __future__ import annotations

from ballast.aws.ledger import Ledger
from ballast.aws.rounds import last_round, note_round
from tests.builders import NOW, after


def test_the_last_round_that_was_noted_counts_and_before_the_first_there_is_none(ledger: Ledger) -> None:
    assert last_round(ledger.table) is None

    for minute in (0, 1):
        note_round(ledger.table, after(minute))

    assert last_round(ledger.table) == after(1)
    assert ledger.open("#rounds") == ((), ())
    assert ledger.clusters() == {}
    assert after(1) > NOW
