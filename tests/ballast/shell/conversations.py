"""A store of conversations in which another function is faster, and a Slack that takes every step."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import field

from ballast.aws.conversation_items import ItemTable
from ballast.aws.conversations import Conversations
from ballast.publish.conversation import Conversation
from ballast.publish.slack_pace import Pace
from ballast.publish.slack_steps import Posted, Step
from ballast.shell.show import Show
from ballast.value import dataclass
from ballast.words.notice import Severity
from tests.notification_builders import NOW, PAGES, a_notice

PAGE = a_notice("Stuck", Severity.PAGE)
NAME = "prod/spot_interruption/x"
type Change = Callable[[Conversation | None], Conversation | None]


@dataclass(frozen=True, slots=True)
class Raced(Conversations):
    """The first attempt of a change is lost to another function, which does `meanwhile`."""

    meanwhile: list[Callable[[Conversation], Conversation]] = field(default_factory=list)
    kept: dict[str, Conversation] = field(default_factory=dict)

    def pace(self) -> Pace:
        return Pace()

    def change_pace(self, change: Callable[[Pace], Pace | None]) -> bool:
        return change(Pace()) is not None

    def load(self, conversation: str) -> Conversation | None:
        return self.kept.get(conversation)

    def update(self, conversation: str, change: Change) -> Conversation | None:
        if self.meanwhile:
            change(self.kept.get(conversation))
            self.kept[conversation] = self.meanwhile.pop(0)(self.kept.get(conversation, a_conversation()))
        changed = change(self.kept.get(conversation))
        if changed is not None:
            self.kept[conversation] = changed
        return changed


@dataclasses.dataclass
class Channel:
    """Slack that takes every step."""

    steps: list[Step] = field(default_factory=list)
    can_edit: bool = True

    def perform(self, step: Step) -> Posted:
        self.steps.append(step)
        return Posted("C1", "1.2")


def a_conversation() -> Conversation:
    return Conversation(NAME, "prod", "spot_interruption", NOW)


def store(*meanwhile: Callable[[Conversation], Conversation], known: Conversation | None = None) -> Raced:
    return Raced(ItemTable("conversations"), list(meanwhile), {NAME: known} if known else {})


def shown(conversations: Raced, channel: Channel) -> Show:
    return Show(conversations, PAGES, channel)
