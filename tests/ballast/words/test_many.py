"""What is said of several incidents of one reason."""

from __future__ import annotations

from ballast.records.disruption import Reason
from ballast.words.codes import Code
from ballast.words.many import STATES, spoken
from tests.gallery.show import MANY


def test_each_code_of_which_there_may_be_several_has_a_state_that_is_counted() -> None:
    assert sorted(set(MANY) - STATES.keys()) == []
    assert {Code(code) for code in STATES} >= set(MANY)


def test_a_reason_without_words_of_its_own_speaks_by_the_sentences_of_one_incident() -> None:
    nobody, scale_in = spoken("unheard of"), spoken(Reason.LIFECYCLE_HOOK)

    assert (nobody.title, nobody.thing, nobody.why) == (None, "incident", "")
    assert (scale_in.title, scale_in.thing) == ("Scale-in", "incident")
    assert all(text.endswith(".") for text in (scale_in.why, scale_in.impact, scale_in.next))
    assert all(spoken(reason).why for reason in Reason)
