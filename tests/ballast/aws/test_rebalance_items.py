"""What the ledger holds of rebalancing is read, or named; what nobody can read is never free."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ballast.aws.codec import value
from ballast.aws.ledger_changes import item_of
from ballast.aws.ledger_items import drains_of
from ballast.aws.rebalance_items import read_rebalancing
from ballast.records.kept import Kept
from ballast.records.rebalancing import (
    LearnedSize,
    LearnedSizes,
    Method,
    Move,
    MovePhase,
    ProviderMemory,
    Shortage,
    Tally,
    Told,
)
from tests.builders import NOW, a_disruption, after

MOVE = Move(
    "prod", "i-0123456789abcdef0", "web", "web", Method.CONSOLIDATE, MovePhase.DRAINING, NOW, after(60), 3,
    receivers=("i-0123456789abcdef1",), services=("api",), tasks=2, saving_usd_per_hour=0.1924,
)  # fmt: skip
SHORTAGE = Shortage("prod", None, "m7i.large", "us-east-1a", "spot", "InsufficientInstanceCapacity", NOW, after(3))
MEMORY = ProviderMemory("prod", "web", 2, scaled_out_at=NOW, launched=("i-0123456789abcdef2",))
TOLD = Told("prod", NOW, {"impossible service:api": NOW, "daily": NOW}, 4)
TALLY = Tally("prod", NOW, 3, 12, 192_400)
HAD = {"cpu": 2048, "memory": 7650, "port:22": 0}
LEARNED = LearnedSizes("prod", (LearnedSize("web", "m7i.large", HAD, ("ecs.os-type=linux", "ssd"), True, NOW),), 3)  # noqa: FBT003 - trunked
OF_REBALANCING: tuple[Kept, ...] = (MOVE, SHORTAGE, MEMORY, TOLD, TALLY, LEARNED)


def test_each_comes_back_as_it_was_written() -> None:
    books = read_rebalancing([item_of(record) for record in (*OF_REBALANCING, a_disruption())])

    assert (books.moves, books.shortages, books.memories) == ((MOVE,), (SHORTAGE,), (MEMORY,))
    assert (books.told, books.tally, books.learned) == (TOLD, TALLY, LEARNED)
    assert books.unread == ()
    assert books.wary(NOW) == books


@pytest.mark.parametrize(
    ("record", "fields", "named"),
    [
        (MOVE, {"phase": "resting"}, "phase is 'resting'"),
        (MOVE, {"saving_usd_per_hour": "much"}, "saving_usd_per_hour is 'much' but must be a number"),
        (MOVE, {"instance_id": "i-0fffffffffffffff0"}, "another key"),
        (SHORTAGE, {"until": "9999-12-31T23:59:59Z"}, "until is '9999"),
        (MEMORY, {"clean_moves": -1}, "clean_moves is"),
        (TOLD, {"told": {"daily": "soon"}}, "told is 'soon'"),
        (TALLY, {"tasks": "many"}, "tasks is"),
        (LEARNED, {"sizes": [{"group": "web"}]}, "lacks"),
    ],
)
def test_what_nobody_can_read_is_skipped_and_named(record: Kept, fields: dict[str, Any], named: str) -> None:
    spoilt = {**item_of(record), **{name: value(plain) for name, plain in fields.items()}}

    books = read_rebalancing([spoilt, *(item_of(each) for each in OF_REBALANCING if each is not record)])

    [unread] = books.unread
    assert (unread.item, named in unread.why) == (record.item, True), unread.why
    assert record not in (*books.moves, *books.shortages, *books.memories, books.told, books.tally, books.learned)


def test_an_instance_of_which_nobody_can_read_the_move_is_not_free() -> None:
    books = read_rebalancing([{**item_of(MOVE), "phase": value("resting")}])

    assert drains_of(books.unread) == {MOVE.instance_id}


def test_a_pool_of_which_nobody_can_read_the_shortage_is_short_for_now() -> None:
    books = read_rebalancing([{**item_of(SHORTAGE), "until": value("soon")}])

    [short] = books.wary(NOW).shortages
    assert replace(short, code=SHORTAGE.code, failed_at=SHORTAGE.failed_at, until=SHORTAGE.until) == SHORTAGE
    assert short.until > NOW


def test_where_nobody_can_read_how_ecs_took_our_moves_nothing_is_given_back() -> None:
    books = read_rebalancing([{**item_of(MEMORY), "revision": value(-1)}])

    assert [memory.drain_counts_against for memory in books.wary(NOW).memories] == [True]
