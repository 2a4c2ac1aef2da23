"""Maintenance windows: how they are written, and when they are open, on days on which the clock changes above all."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast.policy.windows import FOREVER, LONGEST, Window, longest, next_opening, open_until, read_windows

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
SECOND = timedelta(seconds=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def starts(text: str, since: str, until: str) -> list[datetime]:
    """Every opening in a span of UTC."""
    windows, now, found = read_windows(text), utc(since), []
    while (now := next_opening(windows, now)) < utc(until):
        found.append(now)
    return found


@pytest.mark.parametrize(
    ("text", "cron", "minutes", "zone"),
    [
        ("0 2 any any tue-thu for 4h in Europe/Berlin", "0 2 * * tue-thu", 240, BERLIN),
        ("0 2 * * TUE-THU FOR 4H IN UTC", "0 2 * * tue-thu", 240, "UTC"),
        ("any/15 any any any any for 1h30m in UTC", "*/15 * * * *", 90, "UTC"),
        ("0 22 1 any any  for 90m in America/New_York", "0 22 1 * *", 90, NEW_YORK),
        ("0 0 any any sat for 168h in UTC", "0 0 * * sat", 7 * 24 * 60, "UTC"),
        ("0 2 L any any for 1m in UTC", "0 2 l * *", 1, "UTC"),
    ],
)
def test_a_window_is_read_with_any_for_the_asterisk(text: str, cron: str, minutes: int, zone: str) -> None:
    assert read_windows(text) == (Window(cron, timedelta(minutes=minutes), zone),)


def test_several_windows_are_joined_by_and() -> None:
    one, other = "0 2 any any mon for 1h in UTC", "0 3 any any tue for 2h in Europe/Berlin"

    assert read_windows(f" {one} and  {other} ") == (*read_windows(one), *read_windows(other))
    assert read_windows(" ") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("tuesday night", "'tuesday night' is not a window such as '0 2 any any tue-thu for 4h in Europe/Berlin'"),
        ("0 2 any any for 4h in UTC", "'0 2 any any for 4h in UTC' is not a window such as"),
        ("0 2 any any mon for 4h", "is not a window such as"),
        ("0 2 any any mon for 4h in UTC and", "is not a window such as"),
        ("0 25 any any mon for 4h in UTC", "'0 25 any any mon' is not a cron expression of five fields (Bad hour)"),
        ("0 2 any any tue-9 for 4h in UTC", "is not a cron expression of five fields (Bad day-of-week)"),
        ("0 2 any any fri-mon/0 for 4h in UTC", "is not a cron expression of five fields (Bad day-of-week)"),
        ("0 0 30 feb any for 4h in UTC", "'0 0 30 feb any' is not a cron expression of five fields"),
        ("0 0 any/29 2 mon#5 for 1h in UTC", "'0 0 any/29 2 mon#5' never comes"),
        ("0 2 any any mon for 4h in Mars/Olympus", "'Mars/Olympus' is not a time zone such as Europe/Berlin or UTC"),
        ("0 2 any any mon for 4h in Europe", "'Europe' is not a time zone"),  # a folder of zones
        ("0 2 any any mon for 4h in ../etc", "'../etc' is not a time zone"),
        (f"0 2 any any mon for 4h in {'x' * 300}", "is not a time zone"),
        ("0 2 any any mon for 0h in UTC", "'0h' is not a duration such as 4h, 90m or 1h30m, of at most 7 days"),
        ("0 2 any any mon for 168h1m in UTC", "'168h1m' is not a duration"),
        ("0 2 any any mon for 4 in UTC", "'4' is not a duration"),
        ("0 2 any any mon for -1h in UTC", "'-1h' is not a duration"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as wrong:  # noqa: PT011 - the sentence is asserted below
        read_windows(text)

    assert sentence in str(wrong.value)
    assert "\n" not in str(wrong.value)


WORDS = st.sampled_from(
    [
        "0",
        "2",
        "*",
        "any",
        "*/5",
        "L",
        "LW",
        "5L",
        "mon#2",
        "1-5",
        "60",
        "L/2",
        "any/0",
        "for",
        "4h",
        "in",
        "UTC",
        "Asia",
    ]
)


@given(st.lists(WORDS | st.text(max_size=5), max_size=12).map(" ".join) | st.text(alphabet=string.printable))
def test_no_text_is_worse_than_unreadable(text: str) -> None:
    try:
        windows = read_windows(text)
    except ValueError:
        return
    assert next_opening(windows, utc("2026-11-23 09:00")) >= utc("2026-11-23 09:00")


@given(st.lists(WORDS, min_size=5, max_size=5).map(" ".join))
def test_no_cron_expression_is_worse_than_unreadable(cron: str) -> None:
    try:
        windows = read_windows(f"{cron} for 1h in UTC")
    except ValueError:
        return
    assert next_opening(windows, utc("2026-11-23 09:00")) > utc("2026-11-23 09:00")


def test_without_windows_it_is_always_open() -> None:
    now = utc("2026-11-23 09:00")

    assert open_until((), now) == FOREVER
    assert next_opening((), now) == now


@pytest.mark.parametrize(
    ("now", "closes"),
    [
        ("2026-11-23 01:59:59", None),
        ("2026-11-23 02:00", "2026-11-23 06:00"),
        ("2026-11-23 02:00:00.000001", "2026-11-23 06:00"),
        ("2026-11-23 05:59:59.999999", "2026-11-23 06:00"),
        ("2026-11-23 06:00", None),  # its end belongs to it no more
        ("2026-11-24 03:00", None),  # a Tuesday
    ],
)
def test_a_window_is_open_from_its_start_until_before_its_end(now: str, closes: str | None) -> None:
    windows = read_windows("0 2 any any mon for 4h in UTC")

    assert open_until(windows, utc(now)) == (utc(closes) if closes else None)


def test_a_window_may_go_over_midnight_the_end_of_a_month_and_of_a_year() -> None:
    windows = read_windows("0 22 L any any for 8h in Europe/Berlin")

    assert open_until(windows, local("2026-02-28 23:59", BERLIN)) == local("2026-03-01 06:00", BERLIN)
    assert open_until(windows, local("2026-03-01 05:59", BERLIN)) == local("2026-03-01 06:00", BERLIN)
    assert open_until(windows, local("2027-01-01 01:00", BERLIN)) == local("2027-01-01 06:00", BERLIN)
    assert open_until(windows, local("2026-03-30 23:00", BERLIN)) is None


def test_a_day_that_a_month_does_not_have_is_left_out() -> None:
    assert starts("0 2 31 any any for 1h in UTC", "2026-02-01", "2026-06-01") == [
        utc("2026-03-31 02:00"),
        utc("2026-05-31 02:00"),
    ]


def test_of_two_windows_the_next_opening_is_the_earlier() -> None:
    windows = read_windows("0 2 any any wed for 4h in UTC and 0 3 any any tue for 1h in UTC")

    assert next_opening(windows, utc("2026-11-23 09:00")) == utc("2026-11-24 03:00")
    assert next_opening(windows, utc("2026-11-24 03:00")) == utc("2026-11-25 02:00")


@pytest.mark.parametrize(
    ("text", "now", "closes"),
    [
        # A drain may run on from one window into the next.
        ("0 22 any any mon for 2h in UTC and 0 0 any any tue for 3h in UTC", "2026-11-23 23:00", "2026-11-24 03:00"),
        ("0 1 any any any for 4h in UTC and 0 2 any any any for 1h in UTC", "2026-11-23 02:30", "2026-11-23 05:00"),
        ("0 22-23 any any mon for 1h in UTC", "2026-11-23 22:30", "2026-11-24 00:00"),
        ("0 22 any any mon for 1h in UTC and 1 23 any any mon for 1h in UTC", "2026-11-23 22:30", "2026-11-23 23:00"),
    ],
)
def test_windows_that_overlap_or_touch_are_one(text: str, now: str, closes: str) -> None:
    assert open_until(read_windows(text), utc(now)) == utc(closes)


def test_windows_without_a_gap_are_followed_for_a_week() -> None:
    now = utc("2026-11-23 09:30")

    until = open_until(read_windows("0 any any any any for 1h in UTC"), now)

    assert until is not None
    assert LONGEST <= until - now <= 2 * LONGEST


@pytest.mark.parametrize(
    ("cron", "zone", "start"),
    [
        # Both zones skip 02:00 to 03:00; Lord Howe skips 02:00 to 02:30.
        ("30 2 any any any", BERLIN, "2026-03-29 01:00"),
        ("0 2 any any any", BERLIN, "2026-03-29 01:00"),
        ("30 2 any any any", NEW_YORK, "2026-03-08 07:00"),
        ("15 2 any any any", LORD_HOWE, "2026-10-03 15:30"),
    ],
)
def test_a_start_in_the_hour_that_does_not_exist_comes_right_after_it(cron: str, zone: str, start: str) -> None:
    began = utc(start)
    text = f"{cron} for 90m in {zone}"
    windows = read_windows(text)

    assert open_until(windows, began - SECOND) is None
    assert open_until(windows, began) == began + timedelta(minutes=90)
    assert open_until(windows, began + timedelta(minutes=90) - SECOND) == began + timedelta(minutes=90)
    assert open_until(windows, began + timedelta(minutes=90)) is None
    day = timedelta(hours=12)
    assert starts(text, str(began - day)[:-6], str(began + day)[:-6]) == [began]


@pytest.mark.parametrize(
    ("cron", "zone", "start"),
    [
        # Berlin has 02:00 to 03:00 twice, New York 01:00 to 02:00, Lord Howe 01:30 to 02:00.
        ("30 2 any any any", BERLIN, "2026-10-25 00:30"),
        ("0 2 any any any", BERLIN, "2026-10-25 00:00"),
        ("30 1 any any any", NEW_YORK, "2026-11-01 05:30"),
        ("45 1 any any any", LORD_HOWE, "2026-04-04 14:45"),
    ],
)
def test_a_start_in_the_hour_that_exists_twice_comes_once(cron: str, zone: str, start: str) -> None:
    began = utc(start)
    text = f"{cron} for 20m in {zone}"
    windows = read_windows(text)

    for minutes in range(-90, 150):
        now = began + timedelta(minutes=minutes, seconds=17)
        assert open_until(windows, now) == (began + timedelta(minutes=20) if 0 <= minutes < 20 else None)
        assert next_opening(windows, now) > now
    assert starts(text, str(began - timedelta(hours=12))[:-6], str(began + timedelta(hours=12))[:-6]) == [began]


@pytest.mark.parametrize(
    ("zone", "evening"),
    [
        (BERLIN, "2026-03-28 23:00"),
        (BERLIN, "2026-10-24 23:00"),
        (NEW_YORK, "2026-03-07 23:00"),
        (NEW_YORK, "2026-10-31 23:00"),
        (LORD_HOWE, "2026-04-04 23:00"),
        (LORD_HOWE, "2026-10-03 23:00"),
    ],
)
def test_a_window_over_a_change_of_the_clock_is_as_long_as_it_says(zone: str, evening: str) -> None:
    windows = read_windows(f"0 23 any any any for 6h in {zone}")
    began = local(evening, zone)

    assert all(
        open_until(windows, began + timedelta(minutes=minutes)) == began + timedelta(hours=6)
        for minutes in range(0, 360, 7)
    )
    assert open_until(windows, began + timedelta(hours=6)) is None


def test_an_hourly_window_opens_in_both_passes_of_an_hour() -> None:
    text = "0 any any any any for 10m in Europe/Berlin"

    assert starts(text, "2026-10-24 23:30", "2026-10-25 02:30") == [utc(f"2026-10-25 0{hour}:00") for hour in range(3)]
    assert open_until(read_windows(text), utc("2026-10-25 01:05")) == utc("2026-10-25 01:10")


zones = st.sampled_from(["UTC", BERLIN, NEW_YORK, LORD_HOWE, "America/St_Johns", "Asia/Kathmandu"])
crons = st.builds(
    "{} {} {} any {}".format,
    st.integers(0, 59),
    st.integers(0, 23) | st.just("any/6"),
    st.sampled_from(["any", "1", "L"]),
    st.sampled_from(["any", "tue-thu", "6"]),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
near_changes = st.builds(
    lambda change, minutes: utc(change) + timedelta(minutes=minutes),
    st.sampled_from(
        ["2026-03-29 01:00", "2026-10-25 01:00", "2026-03-08 07:00", "2026-11-01 06:00", "2026-04-04 15:00"]
    ),
    st.integers(-300, 300),
)


@given(crons, st.integers(1, 7 * 24 * 60), zones, moments | near_changes)
def test_a_window_is_open_exactly_while_its_last_start_is_less_than_its_duration_ago(
    cron: str, minutes: int, zone: str, now: datetime
) -> None:
    [window] = read_windows(f"{cron} for {minutes}m in {zone}")
    # The starts as somebody would list them who begins long before.
    begun, start = None, now - LONGEST - timedelta(days=1)
    while (start := window.opens_after(start)) <= now:
        begun = start

    closes = begun + window.duration if begun and begun + window.duration > now else None

    assert window.open_until(now) == closes
    until = open_until((window,), now)
    assert (until is not None) is (closes is not None)
    assert until is None or (until > now and (closes is None or until >= closes))


@given(crons, zones, moments | near_changes)
def test_the_next_opening_lies_ahead_and_is_open(cron: str, zone: str, now: datetime) -> None:
    [window] = read_windows(f"{cron} for 30m in {zone}")

    start = window.opens_after(now)

    assert start > now
    assert window.open_until(start) == start + window.duration
    assert window.opens_after(start - SECOND) == start


def test_a_window_that_never_comes_opens_after_forever() -> None:
    window = Window("0 0 */29 2 mon#5", timedelta(hours=1), "UTC")

    assert window.opens_after(utc("2026-11-23 09:00")) == FOREVER
    assert window.open_until(utc("2026-11-23 09:00")) is None


def opened(window: Window, times: int) -> list[datetime]:
    found, moment = [], datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(times):
        moment = window.opens_after(moment)
        found.append(moment)
    return found


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("0 2 any any mon-sun", "0 2 any any any"),
        ("0 2 any any fri-mon", "0 2 any any sun,mon,fri,sat"),
        ("0 2 any any 5-1", "0 2 any any 0,1,5,6"),
        ("0 2 any any 7-2", "0 2 any any 0,1,2"),
        ("0 2 any any sat-sun", "0 2 any any 0,6"),
        ("0 2 any any fri-mon/2,wed", "0 2 any any 0,3,5"),
        ("0 2 any nov-feb any", "0 2 any 1,2,11,12 any"),
        ("0 22-1 any any any", "0 0,1,22,23 any any any"),
        ("0 2 any any tue-thu", "0 2 any any 2,3,4"),
    ],
)
def test_a_range_may_run_over_the_end_of_the_week_the_year_or_the_day(written: str, same: str) -> None:
    [window], [other] = (read_windows(f"{cron} for 30m in UTC") for cron in (written, same))

    assert opened(window, 400) == opened(other, 400)


def test_how_long_windows_are_open_at_a_stretch_counts_those_that_touch_as_one() -> None:
    now = datetime(2026, 11, 28, 12, tzinfo=UTC)

    assert longest(read_windows("0 2 any any any for 1h in UTC"), now) == timedelta(hours=1)
    assert longest(read_windows("0 2 * * * for 1h in UTC and 0 3 * * mon for 2h in UTC"), now) == timedelta(hours=3)
    assert longest((), now) == timedelta.max
