"""What on-call reads about a drain that is not to be any more."""

from __future__ import annotations

import pytest

from ballast.words import called_off
from ballast.words.notice import Severity
from tests.ballast.words.sentences import Row, is_whole, of
from tests.builders import NOW, a_brake, a_cluster, a_draining_view, a_policy, a_voluntary, a_waiting, after

VIEW = a_draining_view()

NOTICES: list[Row] = [
    (called_off.drain_cancelled(VIEW, a_voluntary(), NOW), "DrainCancelled", Severity.INFO, True),
    (called_off.change_passed(VIEW, a_waiting(), NOW), "ChangePassed", Severity.INFO, True),
    (called_off.change_cancelled(VIEW, a_waiting(), NOW), "ChangeCancelled", Severity.INFO, True),
    (called_off.gave_up_waiting(VIEW, a_waiting(), NOW), "GaveUpWaiting", Severity.INFO, True),
]


@pytest.mark.parametrize("row", NOTICES, ids=lambda row: row[1])
def test_each_notice_is_whole_sentences_has_its_severity_and_says_whether_its_incident_is_over(row: Row) -> None:
    notice, *expected = row

    assert of(notice) == tuple(expected)
    assert is_whole(notice)


def test_a_change_without_a_date_is_still_a_sentence() -> None:
    assert "an unknown date" in called_off.change_passed(VIEW, a_waiting(goes_at=None), NOW).what


def test_who_gave_up_under_a_pause_says_so() -> None:
    paused = a_draining_view(cluster=a_cluster(a_policy(brake=a_brake())))

    assert "release day" in called_off.gave_up_waiting(paused, a_waiting(), after(5)).why
    assert "release day" not in called_off.gave_up_waiting(VIEW, a_waiting(), after(5)).why
