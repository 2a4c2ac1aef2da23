"""Items of the Conversations table: one key, an end, and sets that grow and shrink."""

from __future__ import annotations

import pytest

from ballast import clock
from ballast.aws.conversation_items import KEPT, ItemTable
from tests.builders import NOW

ONE, TWO = {"body": {"S": "one"}}, {"body": {"S": "two"}}


@pytest.fixture
def table(conversations: ItemTable, monkeypatch: pytest.MonkeyPatch) -> ItemTable:
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)
    return conversations


def body(table: ItemTable, key: str) -> str | None:
    item = table.get(key)
    return item["body"]["S"] if item else None


def test_what_is_there_is_replaced_only_by_who_has_read_it(table: ItemTable) -> None:
    assert table.put_if("x", ONE, read=None)
    read = table.get("x")
    assert not table.put_if("x", TWO, read=None)
    assert table.put_if("x", TWO, read)
    assert not table.put_if("x", ONE, read)
    assert body(table, "x") == "two"


def test_several_are_written_together_or_not_at_all(table: ItemTable) -> None:
    assert table.put_together("x", ONE, None, {"part": ONE})
    assert not table.put_together("x", TWO, None, {"part": TWO})
    assert [body(table, key) for key in ("x", "part")] == ["one", "one"]
    assert table.put_together("x", TWO, table.get("x"), {"part": TWO})
    assert body(table, "part") == "two"


def test_the_first_stands_whoever_comes_later(table: ItemTable) -> None:
    first, later = (table.put_first("x", fields)["body"]["S"] for fields in (ONE, TWO))

    assert (first, later) == ("one", "one")


def test_sets_grow_and_shrink_only_as_they_were_read(table: ItemTable) -> None:
    table.add_to_sets("agenda", {"conversations": {"a", "b"}, "placements": set()})
    table.add_to_sets("agenda", {"conversations": {"c"}})
    table.take_from_sets("agenda", {"conversations": {"a"}}, revision=1)
    assert table.get("agenda") == {
        "conversation": {"S": "agenda"},
        "conversations": {"SS": ["a", "b", "c"]},
        "revision": {"N": "2"},
    }

    table.take_from_sets("agenda", {"conversations": {"a", "b"}}, revision=2)
    left = table.get("agenda")
    assert left is not None
    assert left["conversations"] == {"SS": ["c"]}


def test_each_write_keeps_an_item_for_thirty_days_more(table: ItemTable) -> None:
    table.put("x", ONE)
    item = table.get("x")

    assert item is not None
    assert item["expires_at"] == {"N": str(int((NOW + KEPT).timestamp()))}
    table.delete("x")
    assert table.get_many(["x", "y"]) == []
