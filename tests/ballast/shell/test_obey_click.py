"""A press is written, then said, then shown; who dies in between says the same command again, and nobody another one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from ballast import clock
from ballast.answer.rule import Deciders
from ballast.aws import eventbus
from ballast.errors import TransientError
from ballast.publish.choices import Verb
from ballast.publish.conversation import Conversation
from ballast.shell.obey_click import ClickRuntime
from ballast.slack import clicker
from ballast.words.notice import Severity
from tests.ballast.answer.presses import AL, JO, STRANGER, a_click, waiting
from tests.gallery.channels import Memory
from tests.notification_builders import NOW, seconds


@dataclass
class Told:
    """What left the function."""

    commands: list[dict[str, Any]] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    woken: int = 0
    trouble: list[Exception] = field(default_factory=list)

    def send(self, delay_s: int, _at: datetime) -> None:
        assert delay_s == 0
        self.woken += 1

    def command(self, kind: str, detail: dict[str, Any], at: datetime) -> None:
        assert kind == "Ballast Update Command"
        if self.trouble:
            raise self.trouble.pop()
        self.commands.append(detail)
        self.times.append(at)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()
    monkeypatch.setattr(clock, "utc_now", lambda: NOW + seconds(12))
    monkeypatch.setattr(eventbus, "command", told.command)
    monkeypatch.setattr(clicker, "tell", lambda _url, text: told.aside.append(text))
    return told


def runtime(told: Told, known: Conversation, *users: str) -> tuple[ClickRuntime, Memory]:
    memory = Memory({known.id: known})
    return ClickRuntime(memory, told, None, Deciders(frozenset(users), 1)), memory  # type: ignore[arg-type]  # letters are not used


def test_what_a_listed_person_pressed_is_said_as_of_then_and_shown_at_once(told: Told) -> None:
    known = waiting()
    ours, memory = runtime(told, known, JO)

    assert ours.handle([a_click(known)]) == []
    assert [(c["command"], c["by"], c["reason"]) for c in told.commands] == [
        ("approve", f"jo (Slack {JO})", "pressed in Slack")
    ]
    assert told.times == [NOW + seconds(10)]
    assert (memory.due, told.woken, told.aside) == ({known.id}, 1, [])


def test_what_a_stranger_pressed_changes_nothing_and_they_read_why(told: Told) -> None:
    known = waiting()
    ours, memory = runtime(told, known, JO)

    assert ours.handle([a_click(known, user=STRANGER)]) == []
    assert (memory.conversations, memory.due, told.woken, told.commands) == ({known.id: known}, set(), 0, [])
    assert len(told.aside) == 1


def test_what_could_not_be_said_is_said_when_it_comes_again_under_the_same_id(told: Told) -> None:
    known = waiting()
    ours, _ = runtime(told, known, JO, AL)
    click = a_click(known)
    told.trouble = [TransientError("busy")]

    assert ours.handle([click]) == [click]
    assert told.woken == 0
    assert ours.handle([a_click(known, user=AL, after_s=11), click]) == []
    assert [c["by"] for c in told.commands] == [f"jo (Slack {JO})"]
    assert len(told.aside) == 1


def test_one_click_in_trouble_holds_up_no_other(told: Told) -> None:
    known = waiting()
    ours, _ = runtime(told, known, JO)
    told.trouble = [TransientError("busy")]
    first, second = a_click(known), a_click(known, Verb.HALT, after_s=10.5)

    assert ours.handle([first, second]) == [first]
    assert [c["command"] for c in told.commands] == ["halt"]


def test_an_acknowledgement_is_shown_and_nothing_is_said(told: Told) -> None:
    known = waiting(asked=None, severity=Severity.PAGE)
    ours, memory = runtime(told, known, JO)

    assert ours.handle([a_click(known, Verb.ACKNOWLEDGE)]) == []
    assert (told.commands, memory.due, told.woken) == ([], {known.id}, 1)


def test_a_conversation_that_is_gone_is_told_as_such(told: Told) -> None:
    known = waiting()
    ours, memory = runtime(told, known, JO)
    memory.conversations.clear()

    assert ours.handle([a_click(known)]) == []
    assert "knows no message" in told.aside[0]
