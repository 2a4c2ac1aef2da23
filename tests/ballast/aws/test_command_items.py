"""What commands leave in the ledger's table."""

from __future__ import annotations

from ballast.aws.command_items import answer_to, put, put_pause, was_heard
from ballast.aws.ledger import Ledger
from ballast.records.answer import answer, heard
from tests.builders import CLUSTER, NOW, a_brake


def test_the_last_answer_counts_and_nobody_has_answered_another_command(ledger: Ledger) -> None:
    first, last = (answer("c-1", (line,), NOW, ok=True) for line in ("It waits.", "It is done."))

    put(ledger.table, first)
    put(ledger.table, last)

    assert answer_to(ledger.table, "c-1") == last
    assert answer_to(ledger.table, "c-2") is None


def test_that_a_command_came_in_time_is_no_answer_to_it(ledger: Ledger) -> None:
    put(ledger.table, heard("c-1", NOW))

    assert was_heard(ledger.table, "c-1")
    assert not was_heard(ledger.table, "c-2")
    assert answer_to(ledger.table, "c-1") is None


def test_a_pause_takes_the_place_of_the_one_before(ledger: Ledger) -> None:
    first = a_brake(by="jo", said_at=NOW)
    put_pause(ledger.table, None, first)
    put_pause(ledger.table, first, a_brake(by="kim"))

    assert ledger.books(CLUSTER).pause == a_brake(by="kim")
