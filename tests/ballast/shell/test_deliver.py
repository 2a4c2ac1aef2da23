"""Deliveries of overlapping functions: what counts is the state that was written, not the one that was read first."""

from __future__ import annotations

import pytest

from ballast import clock
from ballast.publish.due import Rules, lease_topic, take_in
from ballast.shell.deliver import Delivery
from tests.ballast.shell.conversations import NAME, PAGE, Channel, Raced, a_conversation, shown, store
from tests.notification_builders import NOW, PAGES, FakeTopic

RULES = Rules()


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)


def delivery(conversations: Raced, topic: FakeTopic | None = None) -> Delivery:
    return Delivery(conversations, topic or FakeTopic(), RULES, PAGES, q_developer=False)


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
