"""What can somebody decide who reads a conversation in Slack, and who has decided already? Its buttons, and what replaces them.

They follow from the conversation as it is stored, so whoever obeys a click finds out there what was shown and still stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from ballast.publish.conversation import Conversation, Press
from ballast.publish.incidents import incident_key
from ballast.value import dataclass
from ballast.words.asked import Asked
from ballast.words.codes import HELD_BACK, TEST, UNVERIFIABLE, UNVERIFIED
from ballast.words.notice import EVERY_CLUSTER, Severity

HOLD = timedelta(hours=72)  # what is announced on a Friday evening can be answered on Monday
SHOWN_MOST = 5
ACTION = "ballast."  # how the ids of our actions begin


class Verb(StrEnum):
    """Those of commands have their names (`records.command`)."""

    APPROVE = "approve"
    HALT = "halt"
    RESUME = "resume"
    ROLLBACK = "rollback"
    PAUSE = "pause"
    ACKNOWLEDGE = "acknowledge"


LABELS = {
    Verb.APPROVE: "Approve",
    Verb.HALT: "Halt",
    Verb.RESUME: "Resume",
    Verb.ROLLBACK: "Roll back",
    Verb.PAUSE: "Pause Ballast for 4 h",
    Verb.ACKNOWLEDGE: "Acknowledge",
}
SURE = {
    Verb.APPROVE: "The release is rolled out from the next maintenance window on.",
    Verb.RESUME: "What was held goes on.",
    Verb.ROLLBACK: "Every instance that runs it drains and reboots once more.",
}
LETS_GO = frozenset(SURE)  # a brake is one person's; what lets something go on may need several


@dataclass(frozen=True, slots=True)
class Choice:
    """One button. `id` names what exactly is decided by it."""

    verb: Verb
    id: str
    label: str
    conversation: str
    expires_at: datetime
    asked: Asked | None

    @property
    def value(self) -> str:
        """What Slack sends back; it proves nothing, so all of it is looked up again."""
        return json.dumps({"conversation": self.conversation, "do": self.verb, "id": self.id})

    @property
    def sure(self) -> str:
        return SURE.get(self.verb, "")


def choices(conversation: Conversation) -> tuple[Choice, ...]:
    """The buttons that the message has now; one that was pressed by as many as it needs is gone."""
    done = {press.choice for press in conversation.slack.presses if not press.left}
    return tuple(choice for choice in offered(conversation) if choice.id not in done)


def pressed(conversation: Conversation) -> Iterator[tuple[str, str]]:
    """By whom, and who and when in words, where the person is `@ID`."""
    for press in conversation.slack.presses[-SHOWN_MOST:]:
        yield press.by, _words(press)


def _words(press: Press) -> str:
    more = f"; {press.left} more needed" if press.left else ""
    return f"{press.what}: @{press.by}, {press.at:%Y-%m-%d %H:%M} UTC{more}"


def offered(conversation: Conversation) -> Iterator[Choice]:
    """Also what was pressed already. None of what nobody vouches for, of dry runs, and of what is over, but for a test."""
    is_test = conversation.reason == TEST
    if (conversation.closed and not is_test) or conversation.reason in (UNVERIFIED, UNVERIFIABLE, HELD_BACK):
        return
    question = conversation.slack.question
    is_open = question and not conversation.incidents[incident_key(question.incident)].closed
    if question and is_open:
        asked, until = question.asked, question.at + HOLD
        for verb in (Verb(each) for each in asked.do if each in tuple(Verb)):
            what = f"{LABELS[verb]} {asked.version}" if asked.version else LABELS[verb]
            yield Choice(verb, _id(verb, conversation, asked.plan), what, conversation.id, until, asked)
    if conversation.severity is Severity.INFO or conversation.headline.dry_run:
        return
    until = conversation.headline.at + HOLD
    others = [Verb.ACKNOWLEDGE] if conversation.severity is Severity.PAGE or not is_open else []
    if not is_open and not is_test and conversation.cluster != EVERY_CLUSTER:
        others.append(Verb.PAUSE)
    for verb in others:
        yield Choice(verb, _id(verb, conversation, ""), LABELS[verb], conversation.id, until, None)


def _id(verb: Verb, conversation: Conversation, plan: str) -> str:
    return blake2b(json.dumps([verb, conversation.id, plan]).encode(), digest_size=8).hexdigest()
