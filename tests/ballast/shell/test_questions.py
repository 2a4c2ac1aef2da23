"""The questions of one cluster's round, each on its own."""

from __future__ import annotations

import pytest

from ballast import clock
from ballast.shell.questions import LATEST, Questions
from tests.notification_builders import NOW, seconds


def fails(error: Exception) -> str:
    raise error


def test_what_fails_is_remembered_and_the_next_is_asked_all_the_same() -> None:
    questions = Questions("prod")

    assert questions.ask("who?", lambda: fails(ValueError("ECS is odd."))) is None
    assert questions.ask("why?", lambda: fails(KeyError())) is None
    assert questions.ask("when?", lambda: "now") == "now"
    assert questions.failed == {"who?": "ECS is odd.", "why?": "KeyError"}


def test_a_round_is_late_well_before_its_function_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)
    questions = Questions("prod")

    for after, late in ((LATEST - seconds(1), False), (LATEST, True)):
        monkeypatch.setattr(clock, "utc_now", lambda after=after: NOW + after)
        assert questions.late is late
