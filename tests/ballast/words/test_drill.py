"""What is said of a drill: how long it took, whether it came empty, and never that an instance serves that goes."""

from __future__ import annotations

from dataclasses import replace

from ballast.records.disruption import Reason
from ballast.words.drill import drill_over, drill_refused
from tests.builders import a_draining_view, a_voluntary, after

DRILL = a_voluntary(reason=Reason.DRILL, goes_at=None, deadline=after(10))


def test_it_says_after_which_time_the_instance_was_empty() -> None:
    notice = drill_over(a_draining_view(DRILL), replace(DRILL, emptied_at=after(2)), after(2), serves=True)

    assert "is ACTIVE again: its drill is over. It was empty after 2 min" in notice.what
    assert notice.closes_incident


def test_one_that_did_not_come_empty_says_how_much_was_left() -> None:
    notice = drill_over(a_draining_view(DRILL), DRILL, after(10), serves=True)

    assert "2 tasks were still counted on it" in notice.what
    assert "not empty" in notice.title


def test_of_one_that_goes_anyway_nobody_says_that_it_serves() -> None:
    notice = drill_over(a_draining_view(DRILL), DRILL, after(3), serves=False)

    assert "ACTIVE" not in notice.what
    assert "ends with it" in notice.impact


def test_a_refusal_says_why_and_that_nothing_was_changed() -> None:
    notice = drill_refused(a_draining_view(DRILL), DRILL, "the instance is DRAINING", after(1))

    assert notice.why == "The instance is DRAINING."
    assert notice.impact == "None: nothing was changed."
