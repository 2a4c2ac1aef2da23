"""The border of the bus: an event becomes a value that the rest takes, or UnexpectedEventError with one short sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ballast.errors import UnexpectedEventError
from ballast.publish.conversation import Conversation
from ballast.words.notice import Notice
from tests.ballast.answer.presses import a_payload, handed_on, waiting
from tests.builders import ROOT, load_event
from tests.fuzz.junk import anything, outcome, spoilt
from tests.fuzz.test_every_parser import PARSERS, read
from tests.fuzz.told import can_be_told
from tests.notification_builders import NOW, a_notice, notice_event

EVENTS = [load_event(path.stem) for path in sorted((ROOT / "events").glob("*.json"))] + [
    handed_on(a_payload(waiting()))
]
# Each with a parser that takes it as it is.
TAKEN = [(e, p) for e in EVENTS for p in PARSERS if outcome(lambda e=e, p=p: p(e), UnexpectedEventError)[0]]  # type: ignore[misc]


@given(st.sampled_from(TAKEN).flatmap(lambda pair: st.tuples(spoilt(pair[0]), st.just(pair[1]))))
def test_an_event_is_a_value_that_the_rest_takes_or_one_error(pair: tuple[Any, Any]) -> None:
    event, parser = pair
    if isinstance(event, Mapping):  # shell/batch has looked
        read(parser, event)


def test_no_parser_is_left_out() -> None:
    assert {parser for _, parser in TAKEN} == set(PARSERS)


@given(st.dictionaries(st.sampled_from(["source", "detail-type", "detail", "time", "id", "resources"]), anything))
def test_what_looks_like_no_event_at_all_is_one_error(event: Mapping[str, Any]) -> None:
    for parser in PARSERS:
        read(parser, event)


@given(spoilt(notice_event(a_notice(plan=("drain it",)))))
def test_a_notice_can_be_stored_and_told_on_every_channel_or_is_one_error(event: Mapping[str, Any]) -> None:
    notice, why = outcome(lambda: Notice.parse(event), UnexpectedEventError)

    assert why.isprintable()
    if notice:
        can_be_told(Conversation("prod/x", notice.cluster, notice.reason, NOW).tell(notice.not_after(NOW)))
