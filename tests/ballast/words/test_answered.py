"""What somebody reads whose press did nothing, or not all: one sentence that says so, and why."""

from __future__ import annotations

import pytest

from ballast.words import answered
from tests.builders import NOW

SAID = [
    *(text for name, text in vars(answered).items() if name.isupper()),
    answered.taken("U0123456789", NOW),
    answered.expired(NOW),
    answered.more_needed(1),
    answered.more_needed(3),
]


@pytest.mark.parametrize("text", SAID)
def test_each_says_that_nothing_was_done_or_what_is_still_needed(text: str) -> None:
    assert text.startswith(("Nothing was done", "Noted", "You have pressed this already"))
    assert text.endswith(".")
    assert len(text) < 200


def test_how_many_others_are_needed_reads_as_people_do() -> None:
    assert "before one other person" in answered.more_needed(1)
    assert "before 3 other people" in answered.more_needed(3)
