"""Which buttons a message has, and what stands in their place once they are pressed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ballast.publish.choices import HOLD, LABELS, Verb, choices, offered, pressed
from ballast.publish.conversation import Conversation, Press
from ballast.records.command import CommandKind
from ballast.words.asked import Asked
from ballast.words.codes import TEST, UNVERIFIABLE, UNVERIFIED
from ballast.words.notice import EVERY_CLUSTER, Severity
from tests.ballast.answer.presses import ASKED, INCIDENT, JO, waiting
from tests.ballast.publish.conversations import told
from tests.notification_builders import NOW, a_notice, seconds


def verbs(conversation: Conversation) -> list[str]:
    return [choice.verb for choice in choices(conversation)]


def test_every_verb_but_an_acknowledgement_is_a_command() -> None:
    assert set(Verb) - set(CommandKind) == {"acknowledge"}
    assert LABELS.keys() == set(Verb)


@pytest.mark.parametrize(
    ("asked", "severity", "expected"),
    [
        (ASKED, Severity.INFO, ["approve", "halt"]),
        (ASKED, Severity.TICKET, ["approve", "halt"]),
        (replace(ASKED, do=("resume", "rollback")), Severity.PAGE, ["resume", "rollback", "acknowledge"]),
        (replace(ASKED, do=("explode",)), Severity.INFO, []),
        (None, Severity.INFO, []),
        (None, Severity.TICKET, ["acknowledge", "pause"]),
        (None, Severity.PAGE, ["acknowledge", "pause"]),
    ],
)
def test_what_is_asked_can_be_answered_and_what_is_bad_can_be_taken_on_or_stopped(
    asked: Asked | None, severity: Severity, expected: list[str]
) -> None:
    assert verbs(waiting(asked, severity)) == expected


@pytest.mark.parametrize("changes", [{"reason": UNVERIFIED}, {"reason": UNVERIFIABLE}])
def test_what_nobody_vouches_for_has_none(changes: dict[str, str]) -> None:
    assert verbs(waiting(None, Severity.PAGE, **changes)) == []


def test_a_message_about_all_clusters_pauses_none() -> None:
    assert verbs(waiting(None, Severity.PAGE, cluster=EVERY_CLUSTER)) == ["acknowledge"]


def test_a_dry_run_and_what_is_over_have_none() -> None:
    dry = replace(a_notice(severity=Severity.PAGE, dry_run=True), asked=ASKED)
    over = a_notice("InstanceGone", Severity.PAGE, closes=True)

    assert verbs(told(dry)) == []
    assert verbs(told(over)) == []


@pytest.mark.parametrize(("severity", "expected"), [(Severity.TICKET, ["acknowledge"]), (Severity.INFO, [])])
def test_a_test_can_be_acknowledged_so_that_buttons_are_tried_too(severity: Severity, expected: list[str]) -> None:
    test = a_notice("Test", severity, reason=TEST, closes=True)

    assert verbs(replace(told(test), reason=TEST)) == expected


def test_what_was_asked_stands_whatever_else_is_told_until_something_else_is() -> None:
    known = waiting()
    drains = a_notice("BottlerocketUpdateDrain", instance="i-1", incident=INCIDENT, at=NOW + seconds(60))
    halted = replace(
        a_notice("BottlerocketRolloutHalted", Severity.PAGE, instance=None, incident=INCIDENT, at=NOW + seconds(90)),
        asked=replace(ASKED, do=("resume",), plan="f" * 16),
    )
    late = replace(
        a_notice("BottlerocketRolloutStarted", instance=None, incident=INCIDENT, at=NOW - seconds(9)), asked=ASKED
    )

    assert verbs(known.tell(drains)) == ["approve", "halt"]
    assert verbs(known.tell(drains).tell(halted)) == ["resume", "acknowledge"]
    assert verbs(known.tell(halted).tell(late)) == ["resume", "acknowledge"]


def test_what_is_asked_late_of_an_incident_that_is_over_is_not_asked() -> None:
    """Another one of the conversation is still open."""
    other = a_notice("BottlerocketRolloutStands", Severity.TICKET, instance=None, incident="another")
    over = a_notice(
        "BottlerocketRolloutSuperseded", instance=None, incident=INCIDENT, at=NOW + seconds(60), closes=True
    )
    late = replace(a_notice("BottlerocketRolloutPlanned", instance=None, incident=INCIDENT), asked=ASKED)

    assert verbs(told(other, over, late)) == ["acknowledge", "pause"]


def test_each_is_named_by_what_is_decided_with_it_and_holds_three_days() -> None:
    approve, halt = choices(waiting())
    another = choices(waiting(replace(ASKED, plan="f" * 16)))[0]

    assert len({approve.id, halt.id, another.id}) == 3
    assert choices(waiting())[0] == approve
    assert approve.expires_at == NOW + HOLD
    assert (approve.label, approve.sure != "", halt.sure) == ("Approve 1.64.0", True, "")
    assert json.loads(approve.value) == {"conversation": approve.conversation, "do": "approve", "id": approve.id}


@pytest.mark.parametrize(
    ("left", "shown", "words"), [(0, ["halt"], "UTC"), (1, ["approve", "halt"], "UTC; 1 more needed")]
)
def test_one_that_was_pressed_by_as_many_as_it_needs_gives_way_to_who_and_when(
    left: int, shown: list[str], words: str
) -> None:
    known = waiting()
    press = Press(choices(known)[0].id, "Approve 1.64.0", JO, NOW, "click", left)
    after = replace(known, slack=replace(known.slack, presses=(press,)))

    assert verbs(after) == shown
    assert len(list(offered(after))) == 2
    assert list(pressed(after)) == [(JO, f"Approve 1.64.0: @{JO}, 2026-11-23 09:00 {words}")]
