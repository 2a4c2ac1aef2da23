"""What on-call reads about our lifecycle hook on a group: a reminder each day, not a stream."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ballast.words import hooks
from ballast.words.notice import Severity
from tests.ballast.words.sentences import Row, is_whole, of
from tests.builders import NOW, a_cluster

NOTICES: list[Row] = [
    (hooks.hook_put(a_cluster(), "web", NOW), "LifecycleHookPut", Severity.INFO, True),
    (hooks.group_not_tagged(a_cluster(), "web", NOW), "GroupNotTagged", Severity.TICKET, True),
    (hooks.group_operated(a_cluster(), "web", "batch.amazonaws.com", NOW), "GroupOperated", Severity.TICKET, True),
]


@pytest.mark.parametrize("row", NOTICES, ids=lambda row: row[1])
def test_each_notice_is_whole_sentences_has_its_severity_and_says_whether_its_incident_is_over(row: Row) -> None:
    notice, *expected = row

    assert of(notice) == tuple(expected)
    assert is_whole(notice)


def test_a_group_is_told_of_once_a_day() -> None:
    first, later, next_day = (hooks.hook_put(a_cluster(), "web", NOW + timedelta(hours=h)) for h in (0, 14, 15))

    assert first.incident == later.incident == "prod/web/hook/20261123"
    assert next_day.incident != first.incident
