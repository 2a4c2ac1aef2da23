"""The flood of an hour is one item, which several functions write at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import boto3
import pytest

from ballast.aws.conversation_items import ItemTable
from ballast.aws.floods import Floods
from ballast.errors import TransientError
from ballast.publish.flood import Flood

HOUR = "2026-11-23T09"
FULL = Flood(HOUR, frozenset({"a", "b"}), {"DrainStuck": 2}, frozenset({"c"}), ("DrainStuck",))


@pytest.fixture
def floods(conversations: ItemTable) -> Floods:
    return Floods(conversations)


def test_a_flood_is_read_as_it_was_written(floods: Floods) -> None:
    assert floods.change(HOUR, lambda _: FULL) == FULL
    assert floods.change(HOUR, lambda flood: flood) == FULL
    assert floods.change("2026-11-23T10", lambda flood: flood) == Flood("2026-11-23T10")


def test_who_is_slower_counts_on_from_what_stands(floods: Floods) -> None:
    raced: list[Flood] = []

    def slow(flood: Flood) -> Flood:
        if not raced:
            raced.append(floods.change(HOUR, lambda _: FULL))
        return replace(flood, admitted=flood.admitted | {"mine"})

    assert floods.change(HOUR, slow) == replace(FULL, admitted=FULL.admitted | {"mine"})


def test_a_flood_that_others_write_all_the_time_is_left_for_later(floods: Floods) -> None:
    count = iter(range(100))

    def beaten(flood: Flood) -> Flood:
        floods.change(HOUR, lambda known: replace(known, held=known.held | {f"{next(count)}"}))
        return replace(flood, admitted=frozenset({"mine"}))

    with pytest.raises(TransientError, match="too fast"):
        floods.change(HOUR, beaten)


@pytest.mark.parametrize(
    "broken",
    [{}, {"body": {"NULL": True}}, {"body": {"N": "7"}}, {"body": {"S": "{"}}, {"body": {"S": '{"pages": 7}'}}],
)
def test_a_flood_that_nobody_can_read_begins_anew(floods: Floods, broken: dict[str, Any]) -> None:
    item = {"conversation": {"S": f"flood#{HOUR}"}, **broken}
    boto3.client("dynamodb").put_item(TableName="conversations", Item=item)

    assert floods.change(HOUR, lambda flood: replace(flood, pages={"One": 1})) == Flood(HOUR, pages={"One": 1})
    assert floods.change(HOUR, lambda flood: flood).pages == {"One": 1}
