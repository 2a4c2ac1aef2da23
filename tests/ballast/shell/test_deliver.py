"""Deliveries of overlapping functions: what counts is the state that was written, not the one that was read first."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import field

import pytest

from ballast import clock
from ballast.aws.conversation_items import ItemTable
from ballast.aws.conversations import Conversations
from ballast.publish.conversation import Conversation
from ballast.publish.due import Rules, lease_slack, lease_topic, take_in
from ballast.publish.slack_pace import Pace
from ballast.publish.slack_steps import Posted, Step
from ballast.shell.deliver import Delivery
from ballast.shell.show import Show
from ballast.value import dataclass
from ballast.words.notice import Severity
from tests.notification_builders import NOW, PAGES, FakeTopic, a_notice

PAGE = a_notice("Stuck", Severity.PAGE)
NAME = "prod/spot_interruption/x"
RULES = Rules()

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


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)


def a_conversation() -> Conversation:
    return Conversation(NAME, "prod", "spot_interruption", NOW)


def store(*meanwhile: Callable[[Conversation], Conversation], known: Conversation | None = None) -> Raced:
    return Raced(ItemTable("conversations"), list(meanwhile), {NAME: known} if known else {})


def delivery(conversations: Raced, topic: FakeTopic | None = None) -> Delivery:
    return Delivery(conversations, topic or FakeTopic(), RULES, PAGES, q_developer=False)


def shown(conversations: Raced, channel: Channel) -> Show:
    return Show(conversations, PAGES, channel)


def test_what_another_function_has_told_meanwhile_is_no_news() -> None:
    raced = store(lambda known: take_in(known, [PAGE])[0])

    assert delivery(raced).tell(NAME, [PAGE], NOW) == []
    assert raced.kept[NAME] == a_conversation().tell(PAGE)


def test_the_first_news_begins_the_conversation() -> None:
    fresh = store()

    assert delivery(fresh).tell(NAME, [PAGE], NOW) == [PAGE]
    assert fresh.kept[NAME] == a_conversation().tell(PAGE)


def test_what_another_function_has_begun_to_publish_is_left_to_it() -> None:
    topic = FakeTopic()
    raced = store(lambda known: lease_topic(known, RULES, NOW)[0], known=a_conversation().tell(PAGE))

    delivery(raced, topic).to_topic(NAME)

    assert topic.messages == []


def test_what_another_function_has_begun_to_say_in_slack_is_left_to_it() -> None:
    channel = Channel()
    raced = store(lambda known: lease_slack(known, "new", NOW)[0], known=a_conversation().tell(PAGE))

    shown(raced, channel).show(NAME)

    assert channel.steps == []


def test_each_delivery_is_recorded_and_its_channel_free_afterwards() -> None:
    topic, channel, known = FakeTopic(), Channel(), store(known=a_conversation().tell(PAGE))

    for _ in range(2):
        delivery(known, topic).to_topic(NAME)
        shown(known, channel).show(NAME)

    assert (len(topic.messages), len(channel.steps)) == (1, 1)
    assert known.kept[NAME].topic.leased_until is None
    assert known.kept[NAME].slack.leased_until is None
    assert not delivery(known, topic).is_unfinished(NAME, in_slack=True)


def test_a_conversation_that_is_gone_has_nothing_to_deliver() -> None:
    topic, channel, empty = FakeTopic(), Channel(), store()

    delivery(empty, topic).to_topic(NAME)
    shown(empty, channel).show(NAME)

    assert (topic.messages, channel.steps, empty.kept) == ([], [], {})
