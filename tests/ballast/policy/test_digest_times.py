"""When the digest is told, and what is no time of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ballast.policy.digest_times import AT_MOST, last_time, read_times
from ballast.policy.windows import Window


def times(text: str) -> Window:
    found = read_times(text)
    assert found is not None
    return found


def test_off_is_no_time() -> None:
    assert read_times("off") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Off",
        "daily",
        "0 7 * * *",
        "* 7 * * * in UTC",  # more than once a day
        "0 7,8 * * * in UTC",
        "0 7 1 * * in UTC",  # less than once a week
        "0 7 * 2 * in UTC",
        "0 7 * * 5L in UTC",
        "0 7 * * mon#1 in UTC",
        "0 25 * * * in UTC",
        "0 7 * * * in Europe/Atlantis",
        "0 7 * * * for 1h in UTC",
        "٠ 7 * * * in UTC",  # noqa: RUF001 - a digit of another script
    ],
)
def test_anything_else_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        read_times(text)


@pytest.mark.parametrize(
    ("text", "now", "last"),
    [
        ("0 7 any any any in UTC", "2026-11-23T07:00:00", "2026-11-23T07:00:00"),
        ("0 7 * * * in UTC", "2026-11-23T06:59:59", "2026-11-22T07:00:00"),
        ("0 7 * * * in Europe/Berlin", "2026-11-23T06:30:00", "2026-11-23T06:00:00"),
        ("30 8 * * mon in UTC", "2026-11-23T08:29:00", "2026-11-16T08:30:00"),
        ("30 8 * * mon-fri in UTC", "2026-11-22T12:00:00", "2026-11-20T08:30:00"),
        ("30 2 * * * in Europe/Berlin", "2026-03-29T12:00:00", "2026-03-29T01:00:00"),  # the hour that does not exist
        ("30 2 * * * in Europe/Berlin", "2026-10-25T12:00:00", "2026-10-25T00:30:00"),  # the hour that exists twice
    ],
)
def test_the_newest_time_that_has_come(text: str, now: str, last: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert last_time(times(text), at) == datetime.fromisoformat(last).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["0 7 * * * in UTC", "30 2 * * sun in Europe/Berlin", "0 0 * * 0,7 in America/New_York"]
)
def test_each_day_of_a_year_has_a_newest_time_of_at_most_a_week_ago(text: str) -> None:
    found = times(text)
    for day in range(366):
        now = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
        assert timedelta() <= now - last_time(found, now) <= AT_MOST
