"""A notice travels as an event and comes back the same."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.errors import UnexpectedEventError
from ballast.notice import Notice, Severity
from tests.builders import load_event


def test_the_documented_event_is_read_and_written_alike() -> None:
    event = load_event("ballast_notice")

    notice = Notice.parse(event)

    assert notice.to_detail() == event["detail"]
    assert notice.id == event["detail"]["id"]


@pytest.mark.parametrize(
    "changes",
    [{"severity": "loud"}, {"at": "now"}, {"links": [{"text": "no url"}]}, {"plan": None}],
)
def test_a_notice_with_a_wrong_field_is_refused_with_a_hint(changes: dict[str, Any]) -> None:
    event = load_event("ballast_notice")
    event["detail"] |= changes

    with pytest.raises(UnexpectedEventError, match=r"see docs/events\.md"):
        Notice.parse(event)


def test_a_notice_without_a_field_is_refused() -> None:
    event = load_event("ballast_notice")
    del event["detail"]["what"]

    with pytest.raises(UnexpectedEventError, match="'what'"):
        Notice.parse(event)


def test_fields_that_a_later_version_adds_are_ignored() -> None:
    event = load_event("ballast_notice")
    event["detail"]["mood"] = "calm"

    assert Notice.parse(event).severity in Severity
