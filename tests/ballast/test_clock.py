"""Whether a call that begins now might not end before the run does."""

from __future__ import annotations

import pytest

from ballast import clock
from ballast.clock import LAST_CALL, ends_after, is_late
from tests.builders import NOW, minutes


def test_within_a_run_it_is_late_once_a_call_might_outlive_it(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([NOW, NOW + minutes(1) - LAST_CALL, NOW + minutes(1)])
    monkeypatch.setattr(clock, "utc_now", lambda: next(moments))

    with ends_after(60_000):
        assert not is_late()
        assert is_late()
    assert not is_late()


def test_a_run_that_does_not_say_when_it_ends_is_never_late() -> None:
    with ends_after(60_000), ends_after(0):
        assert not is_late()
