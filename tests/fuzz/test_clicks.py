"""Whatever Slack, or who has its secret, sends: a click, nothing, or one short sentence."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ballast.answer.click import Click, parse
from ballast.errors import UnexpectedEventError
from tests.ballast.answer.presses import a_payload, handed_on, waiting
from tests.fuzz.junk import outcome, spoilt

SOUND = a_payload(waiting())


@given(spoilt(SOUND))
def test_whatever_becomes_of_a_payload_it_is_a_click_nothing_or_a_sentence(payload: Any) -> None:
    click, why = outcome(lambda: parse(handed_on(payload)), UnexpectedEventError)

    assert click is None or isinstance(click, Click)
    assert len(why) <= 256


@given(st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_any_bytes_are_refused_or_nobodys(body: str) -> None:
    click, why = outcome(lambda: parse(handed_on(None, body)), UnexpectedEventError)

    assert click is None
    assert why.isprintable()
