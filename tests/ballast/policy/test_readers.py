"""How the text of a setting is read: what is expected, and nothing beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ballast.policy import readers
from ballast.policy.readers import Reader

SIZE = readers.count(2, 10)


@pytest.mark.parametrize(
    ("reader", "written", "read"),
    [
        (SIZE, "2", 2),
        (SIZE, "10", 10),
        (readers.minutes(1, 90), "90", timedelta(minutes=90)),
        (readers.hours(1, 9), "3", timedelta(hours=3)),
        (readers.days(1, 9), "2", timedelta(days=2)),
        (readers.one_of("a", "b"), "b", "b"),
        (readers.words("[a-z ]*", "words", ""), "x  y", ("x", "y")),
        (readers.BUDGET, "3", "3"),
        (readers.BUDGET, "10%", "10%"),
        (readers.BUDGET, "100 percent", "100 percent"),
        (readers.FAILURES, "5 percent", "5 percent"),
        (readers.UNTIL, "true", "true"),
        (readers.VERSION, "1.64.0", "1.64.0"),
        (readers.WAVES, "10 30 100", (10, 30, 100)),
        (readers.WAVES, "100", (100,)),
        (readers.CLUSTERS, "", ""),
        (readers.CLUSTERS, "prod,stage", "prod,stage"),
    ],
)
def test_what_is_expected_is_read(reader: Reader, written: str, read: object) -> None:
    assert reader.read(written) == read


@pytest.mark.parametrize(
    ("reader", "written"),
    [
        (SIZE, "1"),
        (SIZE, "11"),
        (SIZE, "+3"),
        (SIZE, " 3"),
        (SIZE, "٣"),
        (readers.count(0, 10**6), "100000"),
        (readers.one_of("a", "b"), "A"),
        (readers.BUDGET, "101 percent"),
        (readers.BUDGET, "ten"),
        (readers.FAILURES, "5%"),
        (readers.UNTIL, "soon"),
        (readers.VERSION, "latest"),
        (readers.CLUSTERS, "a b"),
        (readers.CLUSTERS, ",".join(["x"] * 61)),
        (readers.CLUSTERS, "x" * 300),
        (readers.CLUSTERS, ",".join(["x" * 250] * 4)),
    ],
)
def test_what_is_not_expected_is_refused(reader: Reader, written: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        reader.read(written)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("50 20 100", "they do not grow"),
        ("10 10 100", "they do not grow"),
        ("10 50", "the last is not 100"),
        ("", "the last is not 100"),
        ("0 100", "0 is no share"),
        ("100 300", "300 is more than 100"),
    ],
)
def test_waves_that_cannot_be_are_refused_with_what_is_wrong(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        readers.WAVES.read(written)


def test_limits_are_said_once_for_people_and_for_the_table() -> None:
    assert (SIZE.expected, SIZE.values, SIZE.limits) == (
        "a whole number from 2 to 10",
        "whole number from 2 to 10",
        "2 to 10",
    )
    assert readers.one_of("a", "b", "c").expected == "a, b or c"
