"""Conversations go out: one that a channel does not take holds up none behind it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import field

import pytest

from ballast import clock
from ballast.aws.conversation_items import ItemTable
from ballast.errors import SecretUnreadableError, SlackRefusedError, TransientError
from ballast.publish.conversation import Conversation
from ballast.publish.due import Rules
from ballast.publish.slack_steps import Post, Posted, Step
from ballast.shell.channels import Channels
from ballast.shell.deliver import Delivery
from tests.ballast.shell.conversations import PAGE, Raced
from tests.notification_builders import NOW, PAGES, FakeTopic, FakeWakeUps

NAMES = ("a", "b", "c")
BUSY = TransientError("It is busy.")


@dataclasses.dataclass
class Troubled:
    """A Slack or a topic that raises an error for each cluster that is named."""

    errors: dict[str, Exception]
    took: list[str] = field(default_factory=list)
    can_edit: bool = True

    def perform(self, step: Step) -> Posted:
        assert isinstance(step, Post)
        self._take(step.message.text)
        return Posted("C1", "1.2")

    def publish(self, message: object) -> None:
        self._take(str(message))

    def _take(self, text: str) -> None:
        [name] = [name for name in NAMES if f"{name}-cluster" in text]
        if name in self.errors:
            raise self.errors[name]
        self.took.append(name)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)


def a_page(name: str) -> Conversation:
    cluster = f"{name}-cluster"
    return Conversation(name, cluster, "spot_interruption", NOW).tell(dataclasses.replace(PAGE, cluster=cluster))


def channels(slack: Troubled | None = None, topic: Troubled | None = None, **more: FakeWakeUps) -> Channels:
    store = Raced(ItemTable("conversations"), [], {name: a_page(name) for name in NAMES})
    return Channels(Delivery(store, topic or FakeTopic(), Rules(), PAGES, q_developer=False), slack, "secret", **more)


@pytest.mark.parametrize(
    ("errors", "failed", "took"),
    [
        ({"a": ValueError("odd")}, {"a"}, ["b", "c"]),
        ({"a": BUSY}, {"a"}, ["b", "c"]),
        ({"a": BUSY, "b": BUSY}, {"a", "b", "c"}, []),
    ],
)
def test_a_topic_that_is_busy_twice_is_busy_for_all(
    errors: dict[str, Exception], failed: set[str], took: list[str]
) -> None:
    topic = Troubled(errors)

    assert channels(topic=topic).to_topic(NAMES) == failed
    assert topic.took == took


@pytest.mark.parametrize(
    ("error", "told", "took", "failed"),
    [
        (SecretUnreadableError("It is empty."), ["SlackSecretMissing"], [], set()),
        (SlackRefusedError("invalid_auth"), ["SlackRefused"], [], set()),
        (SlackRefusedError("is_archived"), ["SlackRefused"], ["b", "c"], set()),
        (BUSY, [], ["b", "c"], set()),
        (ValueError("odd"), [], ["b", "c"], {"a"}),
    ],
)
def test_what_concerns_one_message_holds_up_none_and_what_concerns_us_all(
    error: Exception, told: list[str], took: list[str], failed: set[str]
) -> None:
    slack = Troubled({"a": error})

    missed, news = channels(slack).to_slack(NAMES)

    assert ([notice.code for notice in news], slack.took, missed) == (told, took, failed)


def test_a_slack_that_is_silent_twice_is_tried_again_by_a_wake_up() -> None:
    slack, wake_ups = Troubled({"a": BUSY, "b": BUSY}), FakeWakeUps()

    assert channels(slack, wake_ups=wake_ups).to_slack(NAMES) == (set(), [])
    assert (slack.took, wake_ups.delays_s) == ([], [15])


def test_without_slack_nothing_is_shown_and_nothing_is_owed() -> None:
    quiet: Callable[[], Channels] = channels

    assert quiet().to_slack(NAMES) == (set(), [])
    assert quiet().is_unfinished("a")  # the topic has not heard of it
