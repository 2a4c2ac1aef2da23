"""How the drains of a conversation ended, read from what was told of each."""

from __future__ import annotations

import pytest

from ballast.publish.conversation import Conversation
from ballast.publish.incidents import Progress
from ballast.publish.outcome import all_ended_well, ended_well, in_all
from tests.builders import NOW


def ended(*codes: str) -> Progress:
    return Progress(codes=frozenset(codes), closed=True)


def a_conversation(*incidents: Progress) -> Conversation:
    named = {str(number): one for number, one in enumerate(incidents)}
    return Conversation("prod/x", "prod", "spot_interruption", NOW, named)


@pytest.mark.parametrize(
    ("codes", "well"),
    [
        (("SpotInterruption", "DrainFinished", "InstanceGone"), True),
        (("SpotInterruption", "InstanceGone"), False),  # nobody saw it empty
        (("SpotInterruption", "DrainFinished", "TasksCutOff", "InstanceGone"), False),
        (("ScaleIn", "DrainStuck", "DrainFinished", "InstanceGone"), False),
        (("ScaleIn", "DrainForced", "DrainFinished", "InstanceGone"), False),
        (("RebalanceDrain", "DrainRolledBack"), False),
        (("DrainWaits", "GaveUpWaiting"), False),
        (("GiveBack", "GiveBackDrain", "GivenBack"), True),
        (("GiveBack", "GiveBackDropped"), False),
        (("GiveBack", "GiveBackUndone"), False),
        (("AgentLost", "AgentBack"), True),
        (("ScheduledChangeDrain", "DrainedOutsideGroup", "InstanceGone"), True),
    ],
)
def test_well_is_what_was_seen_empty_by_its_deadline(codes: tuple[str, ...], well: bool) -> None:  # noqa: FBT001
    assert ended_well(ended(*codes)) is well
    assert all_ended_well(a_conversation(ended("AgentLost", "AgentBack"), ended(*codes))) is well


def test_what_is_still_open_has_not_ended_badly() -> None:
    assert all_ended_well(a_conversation(Progress(codes=frozenset({"DrainStuck"}))))


def test_of_several_each_is_counted_once() -> None:
    well = ended("DrainFinished", "InstanceGone")
    told = a_conversation(
        well,
        well,
        ended("DrainStuck", "TasksCutOff", "InstanceGone"),
        ended("DrainStuck", "DrainFinished", "InstanceGone"),
        ended("InstanceGone"),
        Progress(codes=frozenset({"SpotInterruption"})),
    )

    assert in_all(told) == (
        "Of 5 that went: 2 empty in time, 1 with tasks cut off, 1 later than its drain deadline, 1 not known to be empty."
    )


def test_one_has_its_own_sentence_and_news_without_an_end_has_none() -> None:
    assert in_all(a_conversation(ended("InstanceGone"))) is None
    assert in_all(a_conversation(ended("AgentBack"), ended("AgentBack"))) is None
