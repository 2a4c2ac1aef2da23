"""One frame reads every event: the parser by source and detail-type, the time, and one sentence for what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from ballast.errors import UnexpectedEventError
from ballast.records.event import SCHEDULE, Sweep, read_event, sweep, time_of
from tests.builders import NOW

EVENT = {"id": "e-1", "source": "aws.ecs", "detail-type": "News", "time": "2026-11-23T09:00:00Z", "detail": {"a": 1}}


def a_parser(event: Mapping[str, Any]) -> tuple[int, datetime]:
    return event["detail"]["a"] + 1, time_of(event)


PARSERS = {("aws.ecs", "News"): a_parser}


def test_the_parser_of_its_source_and_detail_type_reads_an_event() -> None:
    assert read_event(EVENT, PARSERS) == (2, NOW)


@pytest.mark.parametrize("time", ["2026-11-23T09:00:00Z", "2026-11-23T09:00:00", "2026-11-23T10:00:00+01:00"])
def test_a_time_is_utc_unless_it_says_otherwise(time: str) -> None:
    assert time_of({"time": time}) == NOW


def test_the_schedule_is_a_sweep() -> None:
    event = {"source": "aws.events", "detail-type": "Scheduled Event", "time": "2026-11-23T09:00:00Z"}

    assert read_event(event, {SCHEDULE: sweep}) == Sweep(NOW)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"detail-type": "Olds"},
            "No function handles detail-type 'Olds' from source 'aws.ecs': remove the rule that sends it here.",
        ),
        ({"detail": {}}, "'News' event 'e-1' lacks 'a'."),
        ({"detail": {"a": "x"}}, "'News' event 'e-1' cannot be read: can only concatenate str"),
        ({"time": "soon"}, "'News' event 'e-1' cannot be read: time is 'soon' but must be a time such as 2026"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UnexpectedEventError) as refused:
        read_event(EVENT | changes, PARSERS)

    assert str(refused.value).startswith(sentence)


def test_a_function_may_say_in_its_own_words_that_it_does_not_know_an_event() -> None:
    with pytest.raises(UnexpectedEventError, match=r"^News of aws\.s3 is not for me$"):
        read_event(EVENT | {"source": "aws.s3"}, PARSERS, "{kind} of {source} is not for me")
