"""What Slack has signed within five minutes passes, and nothing else whatever it looks like."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballast import clock
from ballast.slack.signature import is_from_slack
from tests.notification_builders import NOW

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - of Slack's documentation
BODY = b"payload=%7B%22type%22%3A%22block_actions%22%7D"


@pytest.fixture(autouse=True, scope="module")
def now() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "utc_now", lambda: NOW)
        yield


def headers(body: bytes = BODY, secret: str = SECRET, at: timedelta = timedelta()) -> dict[str, str]:
    timestamp = f"{(NOW + at).timestamp():.0f}"
    digest = hmac.digest(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, "sha256").hex()
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={digest}"}


def test_the_example_of_slacks_documentation_has_the_signature_that_is_documented(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack/"""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name="
        b"foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2F"
        b"hooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id="
        b"398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    told = {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    monkeypatch.setattr(clock, "utc_now", lambda: NOW.fromtimestamp(1531420618, NOW.tzinfo))

    assert is_from_slack(SECRET, told, body)


@pytest.mark.parametrize(("seconds", "passes"), [(0, True), (-300, True), (300, True), (-301, False), (301, False)])
def test_it_holds_for_five_minutes(seconds: int, *, passes: bool) -> None:
    assert is_from_slack(SECRET, headers(at=timedelta(seconds=seconds)), BODY) is passes


@pytest.mark.parametrize(
    "changes",
    [
        {"x-slack-signature": ""},
        {"x-slack-signature": None},
        {"x-slack-signature": headers()["x-slack-signature"].upper()},
        {"x-slack-signature": headers()["x-slack-signature"].replace("v0", "v1")},
        {"x-slack-signature": headers()["x-slack-signature"] + "," + headers()["x-slack-signature"]},
        {"x-slack-signature": headers()["x-slack-signature"][:-1]},
        {"x-slack-signature": "v0=" + "é" * 64},
        {"x-slack-request-timestamp": None},
        {"x-slack-request-timestamp": "now"},
        {"x-slack-request-timestamp": f" {headers()['x-slack-request-timestamp']}"},
        {"x-slack-request-timestamp": "1_763_888_400"},
        {"x-slack-request-timestamp": headers()["x-slack-request-timestamp"].translate({0x31: 0x661})},
        {"x-slack-request-timestamp": "9" * 5000},
        {"x-slack-request-timestamp": "nan"},
    ],
)
def test_headers_that_are_missing_doubled_or_odd_are_refused_without_an_error(
    changes: Mapping[str, str | None],
) -> None:
    given_ = {name: value for name, value in {**headers(), **changes}.items() if value is not None}

    assert is_from_slack(SECRET, given_, BODY) is False


@given(st.binary(max_size=60), st.integers(0, len(BODY)), st.integers(0, len(BODY)))
def test_no_other_body_passes_with_a_signature(inserted: bytes, start: int, end: int) -> None:
    body = BODY[:start] + inserted + BODY[end:]

    assert is_from_slack(SECRET, headers(), body) is (body == BODY)


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_made_up_header_passes(timestamp: str, signature: str) -> None:
    assert (
        is_from_slack(SECRET, {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}, BODY) is False
    )


@given(st.text(min_size=1, max_size=40).filter(lambda secret: secret.strip() and secret != SECRET))
def test_no_other_secret_passes(secret: str) -> None:
    assert is_from_slack(SECRET, headers(secret=secret.encode("utf-8", "ignore").decode() or "x"), BODY) is False
