"""What may be said of an instance that is gone? Only what somebody saw of its tasks while it was still there."""

from __future__ import annotations

import pytest

from ballast.facts.view import View
from ballast.records.disruption import Disruption, Phase
from ballast.words import drain as say
from ballast.words import outcomes as say_how
from ballast.words.endings import ended_in_short
from tests.builders import a_disruption, a_draining_instance, a_draining_view, after

VIEW = a_draining_view()
WITHOUT_ARN = a_draining_view(instance=None)
CUT = ("service shop, task 1", "service shop, task 2")
UNSEEN = "It was not known to be empty when it went."


@pytest.mark.parametrize(
    ("known", "view", "impact"),
    [
        (a_disruption(emptied_at=after(1)), WITHOUT_ARN, "It was empty in time."),
        (
            a_disruption(emptied_at=after(9), overran=Phase.ESCALATED),
            VIEW,
            "It was empty when it went, but not by its drain deadline.",
        ),
        (
            a_disruption(emptied_at=after(9), overran=Phase.FORCED),
            VIEW,
            "It was empty when it went, as its tasks had been stopped at the drain deadline.",
        ),
        (a_disruption(cut_off=CUT), VIEW, "2 tasks cut off: service shop, task 1; service shop, task 2."),
        (a_disruption(cut_off=CUT[:1], emptied_at=after(1)), VIEW, "1 task cut off: service shop, task 1."),
        (a_disruption(cut_short=CUT[:1]), VIEW, "1 task had not finished stopping when it went: service shop, task 1."),
        (a_disruption(phase=Phase.DRAINED), WITHOUT_ARN, f"{UNSEEN} What ran there is not known."),
        (
            a_disruption(),
            a_draining_view(instance=a_draining_instance(running_tasks=0)),
            f"{UNSEEN} What ran there is not known.",
        ),
        (a_disruption(), a_draining_view(tasks=()), f"{UNSEEN} No task is known to have been cut off."),
        (
            a_disruption(tasks_seen=CUT, seen_at=after(1)),
            WITHOUT_ARN,
            f"{UNSEEN} Last seen there at 09:01:00 UTC: service shop, task 1; service shop, task 2.",
        ),
    ],
)
def test_the_end_says_what_was_seen_of_it_and_no_more(known: Disruption, view: View, impact: str) -> None:
    gone, left = say.instance_gone(view, known, after(10)), say_how.instance_left(view, known, after(10))

    assert (gone.impact, left.impact) == (impact, impact)
    assert ("cut off" in gone.what) is bool(known.cut_off)
    assert ("removes its container instance" in gone.next) is (view.instance is not None)


@pytest.mark.parametrize(
    ("known", "short"),
    [
        (a_disruption(cut_off=CUT, emptied_at=after(1)), "2 tasks cut off"),
        (a_disruption(cut_short=CUT[:1], emptied_at=after(1)), "1 task ended with it"),
        (a_disruption(emptied_at=after(1)), "empty in time"),
        (a_disruption(emptied_at=after(9), overran=Phase.ESCALATED), "empty too late"),
        (a_disruption(), "not known to be empty"),
    ],
)
def test_a_title_says_the_same_in_short(known: Disruption, short: str) -> None:
    assert ended_in_short(known) == short
