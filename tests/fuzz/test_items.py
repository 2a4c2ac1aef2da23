"""The border of the tables: an item is a value that comes back as it is, or UnreadableItemError with one short sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ballast.aws.codec import Item, from_item, to_item, value
from ballast.aws.conversation_items import ItemTable
from ballast.aws.conversation_records import (
    Joined,
    Kept,
    Listed,
    Paced,
    Part,
    Window,
    readable_sets,
    to_pace,
    to_watch,
    to_window,
    watch_item,
)
from ballast.aws.conversation_text import from_texts, parts_of, to_texts
from ballast.aws.ledger_items import REGISTRY, InFlight, read_books, read_cluster
from ballast.aws.rounds import Noted
from ballast.errors import UnreadableItemError
from ballast.publish.conversation import Conversation
from ballast.publish.slack_pace import Pace
from ballast.records import kept
from ballast.records.answer import Answer, Heard
from ballast.records.pause import Pause
from ballast.records.repair import Repairs
from ballast.records.service_failure import FailureKind, ServiceFailure
from tests.ballast.aws.test_ledger_items import RECORDS
from tests.ballast.aws.test_rebalance_items import OF_REBALANCING
from tests.builders import NOW, a_cluster, a_scale_in, after
from tests.fuzz.junk import anything, outcome, spoilt
from tests.fuzz.told import can_be_told
from tests.notification_builders import a_notice

PAUSE = Pause("prod", "jo", NOW, after(60), "a sale", "c-1", NOW, 7)
FAILURE = ServiceFailure(FailureKind.PLACEMENT, "prod", "web", NOW, "RESOURCE:MEMORY")
CONVERSATION = Conversation("prod/x", "prod", "spot_interruption", NOW).tell(a_notice())
PACE = Pace(edit_at=NOW, post_at=after(1), wake_at=NOW)
REPAIRS = Repairs("prod", "web", (NOW,), ("i-1",), NOW, "lt-1:7", 1, NOW, NOW, 3)
STORED: tuple[Any, ...] = (
    *RECORDS, a_scale_in(), PAUSE, Answer("c-1", True, ("done",), NOW, 7), Heard("c-1", NOW, 7), a_cluster(tags={"a": "b"}),  # noqa: FBT003
    InFlight(3), Noted(NOW), Joined("prod/x"), Window("prod/x", NOW), Kept(2, "{}"), Part("{}"),
    Listed(frozenset({"prod/x"}), frozenset({"prod/web"}), 3), Paced(4), PACE, *OF_REBALANCING, REPAIRS,
)  # fmt: skip
# What DynamoDB may hold and our own code never writes.
FOREIGN: tuple[Item, ...] = (
    {"NULL": True}, {"B": b"\x00\xff"}, {"BS": [b"a"]}, {"SS": ["a"]}, {"NS": ["1", "2.5"]}, {"N": "1E+37"}, {"N": "-0.5"},
    {"L": [{"M": {}}]}, {"M": {"a": {"NULL": True}}}, {"BOOL": True}, {"S": ""}, {"S": "x" * 3000},
)  # fmt: skip


def as_attribute(plain: Any) -> Item | None:
    """None of what DynamoDB takes from nobody: fractions that are no decimals, lone surrogates, numbers of 39 digits."""
    try:
        found: Item = value(plain)
        json.dumps(found, ensure_ascii=False).encode()
    except (TypeError, ValueError, ArithmeticError):
        return None
    return found


attributes = st.sampled_from(FOREIGN) | anything.map(as_attribute).filter(lambda found: found is not None)


@st.composite
def items(draw: st.DrawFn, sound: Item) -> dict[str, Any]:
    """The item with some attributes that are others, or gone."""
    item = dict(sound)
    keys = {"cluster", "item", "conversation"} if "item" in item else set[str]()
    for name in draw(st.lists(st.sampled_from(sorted(item.keys() - keys)), min_size=1, max_size=3)):
        if draw(st.integers(0, 3)):
            item[name] = draw(attributes)
        else:
            item.pop(name, None)
    return item


@given(st.sampled_from(STORED), st.data())
def test_each_kind_of_item_comes_back_as_it_is_or_is_one_error(sound: Any, data: st.DataObject) -> None:
    item = data.draw(items(to_item(sound)))
    found, why = outcome(lambda: from_item(type(sound), item), UnreadableItemError)

    assert why.isprintable()
    assert len(why) <= 256
    if found is None:
        return
    assert from_item(type(found), to_item(found)) == found
    times = [t for field in fields(found) if isinstance(t := getattr(found, field.name), datetime)]
    assert all(t.tzinfo and 2000 <= t.year < 2100 for t in times)


@given(st.data())
def test_the_books_of_a_cluster_are_read_whatever_some_of_their_items_hold(data: st.DataObject) -> None:
    sound: list[Any] = [*RECORDS, PAUSE]
    drawn = [data.draw(items(to_item(each, cluster="prod", item=each.item))) for each in sound]
    count = {"cluster": {"S": "prod"}, "item": {"S": "#in-flight"}, "in_flight": data.draw(attributes)}

    books = read_books("prod", [*drawn, count])

    known: list[kept.Kept] = [*books.disruptions, *books.watches, *books.rollouts, *books.updates]
    unread = {one.item for one in books.unread}
    assert {each.item for each in sound if each.item.startswith(("drain#", "watch#", "rollout#", "update#"))} == (
        {one.item for one in known} | {name for name in unread if "#" in name and name != "#in-flight"}
    )
    assert books.pause is not None


@given(items(to_item(a_cluster(tags={"ballast:budget": "1"}), cluster=REGISTRY, item="prod")))
def test_a_managed_cluster_is_never_lost(item: Item) -> None:
    cluster, _ = read_cluster(item, "us-east-1")

    assert cluster is not None
    assert cluster.name == "prod"


READERS: tuple[tuple[Callable[[Item], Any], Item], ...] = (
    (to_window, to_item(Window("prod/x", NOW))),
    (to_pace, to_item(PACE, revision=3)),
    (to_watch, watch_item(FAILURE)),
    (lambda item: from_item(Joined, item).joined, to_item(Joined("prod/x"))),
    (lambda item: from_item(Listed, item), to_item(Listed(frozenset({"a"}), frozenset({"prod/web"}), 3))),
)


@given(st.sampled_from(READERS), st.data())
def test_what_the_conversations_hold_is_read_or_noted_by_its_key(
    reader: tuple[Callable[[Item], Any], Item], data: st.DataObject
) -> None:
    read, sound = reader
    table, item = ItemTable("conversations"), data.draw(items(sound))

    found = table.read("a key", item, read)

    assert (found is None) == ("a key" in table.unread)
    readable_sets(item)


@given(spoilt([json.loads(text) for text in to_texts(CONVERSATION)]))
def test_a_conversation_can_be_told_on_every_channel_or_is_noted_by_its_key(bodies: Any) -> None:
    table = ItemTable("conversations")
    texts = [json.dumps(body) for body in bodies] if isinstance(bodies, list) else [json.dumps(bodies)]
    table.read("parts", {}, lambda _: parts_of(texts[0]))

    found = table.read("a key", {}, lambda _: from_texts(texts))

    assert (found is None) == ("a key" in table.unread)
    if found:
        can_be_told(found)
