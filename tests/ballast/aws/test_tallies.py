"""What is kept for the digest is there once however often it is written, and what nobody can read is passed over."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ballast.aws.conversation_items import ItemTable
from ballast.aws.tallies import Tallies, Told
from ballast.errors import TransientError
from ballast.publish.tally import Entry, Kind
from tests.notification_builders import a_notice

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ENTRY = Entry(Kind.DRAINED, "0af3", NOON, NOON + timedelta(seconds=5), "prod", 4)


@pytest.fixture
def tallies(conversations: ItemTable) -> Tallies:
    return Tallies(conversations)


def test_an_entry_is_read_as_it_was_written_and_once(tallies: Tallies) -> None:
    unknown = Entry(Kind.PAGE, "f00d", NOON, NOON, "all clusters")
    tallies.add([ENTRY, unknown])
    tallies.add([ENTRY])

    assert sorted(tallies.of(NOON, NOON + DAY), key=lambda one: one.key) == [ENTRY, unknown]


def test_what_was_said_days_before_it_is_heard_is_found_and_what_is_older_is_not_asked_for(tallies: Tallies) -> None:
    said = [replace(ENTRY, key=f"{n}", at=NOON - n * DAY) for n in range(5)]
    tallies.add(said)

    assert {one.key for one in tallies.of(NOON, NOON + DAY)} == {"0", "1", "2"}


def test_what_another_version_has_written_is_passed_over(tallies: Tallies) -> None:
    tallies.add([ENTRY])
    tallies.table.add_kept("told#20261123#0", {"entries": {"swum 0af3 x y 4 prod", "drained"}})

    assert tallies.of(NOON, NOON + DAY) == [ENTRY]


def test_an_item_of_entries_expires_as_all_others_do(tallies: Tallies) -> None:
    tallies.add([ENTRY])

    item = tallies.table.get("told#20261123#0")
    assert item is not None
    assert "expires_at" in item


def test_who_may_need_somebody_is_struck_out_unless_others_came_meanwhile(tallies: Tallies) -> None:
    tallies.raise_({"a", "b"})
    names, revision = tallies.raised()
    tallies.strike({"a"}, revision)
    tallies.strike(frozenset(), revision)
    tallies.raise_({"c"})
    tallies.strike({"b"}, revision)

    assert names == {"a", "b"}
    assert tallies.raised()[0] == {"b", "c"}


def test_the_last_digest_is_written_by_who_is_first(tallies: Tallies) -> None:
    assert tallies.told() is None
    begun = tallies.tell(Told(NOON), None)
    first = replace(begun, counted_to=NOON + DAY, body='{"a": 1}', revision=1)
    assert tallies.tell(first, begun) == first

    with pytest.raises(TransientError):
        tallies.tell(replace(first, body=""), begun)
    assert tallies.told() == first


def test_one_that_nobody_can_read_gives_way(tallies: Tallies) -> None:
    tallies.table.put("digest", {"counted_to": {"N": "7"}})
    assert tallies.told() is None

    tallies.tell(Told(NOON), None)

    assert tallies.told() == Told(NOON)


def test_its_notice_comes_back_whole() -> None:
    notice = a_notice()

    assert Told(NOON, json.dumps(notice.to_detail())).notice == notice
    assert Told(NOON).notice is None


@pytest.mark.parametrize("spoilt", [{"S": "a"}, {"L": [{"S": "a"}]}, {"NS": ["1"]}])
def test_what_stands_where_a_set_belongs_gives_way_and_is_named_once(
    tallies: Tallies, conversations: ItemTable, spoilt: dict[str, Any]
) -> None:
    """Each notice that counted came again for ever."""
    conversations.put("raised", {"conversations": spoilt, "revision": {"N": "3"}})
    conversations.put(f"told#20261123#{ENTRY.key[0]}", {"entries": spoilt})

    tallies.raise_({"b"})
    tallies.add([ENTRY])

    assert tallies.raised()[0] == {"b"}
    assert tallies.of(NOON, NOON + DAY) == [ENTRY]
    assert sorted(conversations.unread) == ["raised", f"told#20261123#{ENTRY.key[0]}"]
