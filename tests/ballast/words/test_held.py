"""What holds an instance, in few words, and what a person can do about it."""

from __future__ import annotations

from ballast.drain.blockers import Blocker
from ballast.words.held import in_short, remedies


def blocker(name: str, remedy: str = "Stop it.") -> Blocker:
    return Blocker(f"{name}: a task is RUNNING", remedy, name)


def test_the_first_cause_is_named_and_each_other_counted_once() -> None:
    api, export, web = blocker("service:api"), blocker("family:export"), blocker("service:web")

    assert in_short((api, export, api, web)) == f"{api.short}, 2 more"
    assert in_short((api, api)) == api.short
    assert in_short(()) == "its tasks are unread"


def test_three_different_remedies_are_enough_for_one_message() -> None:
    why = [blocker("x", remedy) for remedy in ("A.", "A.", "B.", "C.", "D.")]

    assert remedies(why) == "A. B. C."
