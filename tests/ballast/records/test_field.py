"""A field of an event is what it should be, or the sentence names it and what it is instead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from ballast.records import field
from ballast.records.field import SENTENCE_MOST, sentence, shown


def number(of: dict[str, Any], name: str) -> int:
    return field.whole_number(of, name, 9)


@pytest.mark.parametrize(
    ("reader", "value", "sentence"),
    [
        (field.part, [1], "x is [1] but must be an object"),
        (field.items, {}, "x is {} but must be a list"),
        (field.text, 7, "x is 7 but must be text"),
        (field.text, "\ud83d", "but must be text of whole characters"),
        (field.name_in, "", "x is '' but must be text that can be printed"),
        (field.name_in, "a\nb", "but must be text that can be printed"),
        (field.name_in, "日" * 86, "258 bytes, but must have at most 255"),
        (field.flag, "true", "x is 'true' but must be true or false"),
        (number, True, "x is True but must be a whole number from 0 to 9"),
        (number, 10, "x is 10 but must be a whole number from 0 to 9"),
        (number, -1, "x is -1 but must be a whole number from 0 to 9"),
        (field.moment, "soon", "x is 'soon' but must be a time such as 2026-11-23T09:00:00Z"),
        (field.moment, "1999-12-31T00:00:00Z", "but must be a time of the years 2000 to 2099"),
    ],
)
def test_what_is_wrong_is_refused_by_name_and_value(
    reader: Callable[[dict[str, Any], str], object], value: object, sentence: str
) -> None:
    with pytest.raises(ValueError, match="x is ") as refused:
        reader({"x": value}, "x")

    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("reader", "value", "read"),
    [
        (field.part, {"a": 1}, {"a": 1}),
        (field.items, [], []),
        (field.name_in, "日" * 85, "日" * 85),
        (field.maybe_name_in, None, None),
        (field.maybe_name_in, "web", "web"),
        (field.flag, False, False),
        (number, 0, 0),
        (number, 9, 9),
        (field.moment, "2026-11-23T09:00:00", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        (field.moment, "2026-11-23T10:00:00+01:00", datetime(2026, 11, 23, 9, tzinfo=UTC)),
    ],
)
def test_what_is_right_is_read(reader: Callable[[dict[str, Any], str], object], value: object, read: object) -> None:
    assert reader({"x": value}, "x") == read


def test_only_what_may_be_absent_is_none_when_it_is() -> None:
    assert field.maybe_name_in({}, "x") is None
    with pytest.raises(KeyError):
        field.text({}, "x")


def test_nothing_that_is_long_or_deep_is_written_out() -> None:
    deep: list[Any] = []
    for _ in range(500):
        deep = [deep]

    assert shown(deep) == "[[[...]]]"
    assert len(shown("x" * 10_000)) < 70
    assert len(sentence("\n" * 1_000)) == SENTENCE_MOST
    assert sentence("a\nb") == "a\\nb"
