"""A pause always ends: by default, as said, or at the latest after a week."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ballast.records.pause import Pause, ending, from_tag, read_span, read_tag, unreadable
from tests.builders import CLUSTER, NOW, after


@pytest.mark.parametrize(
    ("text", "span"),
    [("4h", 240), ("90m", 90), ("1h30m", 90), ("2d", 2880), ("7D", 10080), (" 1d12h ", 2160)],
)
def test_a_span_is_days_hours_and_minutes(text: str, span: int) -> None:
    assert read_span(text) == timedelta(minutes=span)


@pytest.mark.parametrize("text", ["", "4", "h", "0h", "8d", "-1h", "1.5h", "4h ago", "99999999h"])
def test_what_is_no_span_or_too_long_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time such as 4h, 90m or 2d, of at most 7 days"):
        read_span(text)


@pytest.mark.parametrize(
    ("said", "ends"),
    [(None, timedelta(hours=4)), (timedelta(hours=1), timedelta(hours=1)), (timedelta(days=99), timedelta(days=7))],
)
def test_every_pause_ends(said: timedelta | None, ends: timedelta) -> None:
    pause = ending(Pause(CLUSTER, "jo", None, None), NOW, said)

    assert pause.until == NOW + ends
    assert pause.holds(NOW + ends - timedelta(seconds=1))
    assert not pause.holds(NOW + ends)


def test_one_that_nobody_can_read_holds() -> None:
    assert unreadable(CLUSTER).holds(after(10**6))
    assert unreadable(CLUSTER).words == (
        "Ballast is paused until its end can be read by an entry of the ledger that cannot be read"
    )


def tagged(value: str, since: float | None = 0) -> Pause:
    pause = read_tag(value)
    assert pause is not None
    return from_tag(pause, None if since is None else after(since))


@pytest.mark.parametrize("value", ["true", "TRUE", "incident 4711", "", " ", "4711", "20261224", "2026-99-99T10:00Z"])
def test_a_tag_without_a_time_holds_for_four_hours_after_it_was_first_seen(value: str) -> None:
    assert tagged(value).until == after(240)


@pytest.mark.parametrize(
    ("value", "until", "reason"),
    [
        ("2026-11-23T10:30:00Z", 90, None),
        ("2026-11-23T11:30+01:00 incident 4711", 90, "incident 4711"),
        ("2026-11-23T10:30", 90, None),
        ("2026-11-24", 15 * 60, None),
        ("2027-11-23T10:30Z", 7 * 24 * 60, None),
        ("2026-11-23T08:00Z", -60, None),
    ],
)
def test_a_tag_with_a_time_holds_until_then_but_no_longer_than_a_week(
    value: str, until: float, reason: str | None
) -> None:
    assert (tagged(value).until, tagged(value).reason) == (after(until), reason)


def test_a_tag_that_says_false_is_no_pause() -> None:
    assert read_tag("false") is None
    assert read_tag(" False ") is None


def test_a_tag_of_which_nobody_knows_since_when_holds() -> None:
    assert tagged("true", None).holds(after(10**6))


def test_the_words_quote_the_tag() -> None:
    assert tagged("2026-11-23T10:30Z incident 4711").words == (
        "Ballast is paused until 2026-11-23 10:30 UTC by the cluster's tag "
        "ballast:paused=2026-11-23T10:30Z incident 4711: incident 4711"
    )
