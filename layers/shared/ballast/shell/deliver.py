"""How does news get into conversations, and a conversation out on a channel, once, although functions overlap and die?

First come, first written: whoever is slower works on with what stands. The function that holds a channel's lease delivers
and records each delivery at once; the others leave it the work. A function killed between a delivery and its record
repeats that delivery: better twice than never.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from ballast import clock
from ballast.errors import CallFailedError, TransientError
from ballast.publish.conversation import Conversation
from ballast.publish.due import (
    JoinWindow,
    Publication,
    Rules,
    lease_topic,
    next_publication,
    open_window,
    published,
    release_topic,
    slack_is_due,
    take_in,
    takes,
)
from ballast.publish.email import topic_message
from ballast.publish.plain_message import plain_message
from ballast.publish.ports import ConversationStore, TopicChannel
from ballast.publish.slack_blocks import parent
from ballast.publish.wording import Pages
from ballast.telemetry import logger
from ballast.value import dataclass
from ballast.words.notice import Notice


@dataclass(frozen=True, slots=True)
class Delivery:
    """Takes notices into their conversations, and one conversation to its channels."""

    store: ConversationStore
    topic: TopicChannel
    rules: Rules
    pages: Pages
    q_developer: bool

    def join(self, notices: Sequence[Notice], now: datetime) -> dict[str, list[Notice]]:
        """The notices by conversation. An incident stays where it once joined, however late its news."""
        joined = self.store.joined({notice.incident for notice in notices})
        windows: dict[tuple[str, str], JoinWindow] = {}
        together: dict[str, list[Notice]] = defaultdict(list)
        for notice in sorted(notices, key=lambda notice: notice.incident_started_at):
            if notice.incident not in joined:
                key = (notice.cluster, notice.reason)
                windows[key] = self._window(notice, windows.get(key), now)
                joined[notice.incident] = self.store.join(notice.incident, windows[key].conversation)
            together[joined[notice.incident]].append(notice)
        return together

    def tell(self, name: str, notices: Sequence[Notice], now: datetime) -> Sequence[Notice]:
        """Write the notices into their conversation; answer those that were news."""
        new = Conversation(name, notices[0].cluster, notices[0].reason, opened_at=now)
        told = change(self.store, name, lambda known: take_in(known, notices), new=new)
        return told[1] if told else ()

    def to_topic(self, name: str) -> None:
        """Publish what is due now. Raises TransientError, after which it is still due."""
        now = clock.utc_now()
        snapshot, publication = change(self.store, name, lambda c: lease_topic(c, self.rules, now)) or (None, None)
        if snapshot is None or publication is None:
            return
        try:
            self._publish(snapshot, publication)
        except Exception:
            settle(self.store, name, release_topic)
            raise
        settle(self.store, name, lambda known: published(known, snapshot, publication, now))

    def _publish(self, snapshot: Conversation, publication: Publication) -> None:
        """Where SNS dislikes how a message is made, its bare words: better plain than never."""
        message = topic_message(snapshot, publication, self.pages, q_developer=self.q_developer)
        try:
            self.topic.publish(message)
        except CallFailedError as error:
            if isinstance(error, TransientError):
                raise
            logger.error("SNS refused the message", conversation=snapshot.id, why=str(error))
            self.topic.publish(plain_message(message, error.code))

    def is_unfinished(self, name: str, *, in_slack: bool) -> bool:
        """Whether a later sweep must look at the conversation again."""
        conversation = self.store.load(name)
        if conversation is None:
            return False
        behind = in_slack and slack_is_due(conversation, parent(conversation, self.pages).fingerprint, clock.utc_now())
        return behind or next_publication(conversation, self.rules) is not None

    def _window(self, notice: Notice, window: JoinWindow | None, now: datetime) -> JoinWindow:
        window = window or self.store.window(notice.cluster, notice.reason)
        if window is not None and takes(window, notice, now, self.rules):
            return window
        return self.store.open_window(notice.cluster, notice.reason, open_window(notice, now), window)


def settle(store: ConversationStore, name: str, step: Callable[[Conversation], Conversation]) -> Conversation:
    """What is true after a delivery. Raises LookupError where the conversation is gone."""
    settled = change(store, name, lambda known: (step(known), None))
    if settled is None:
        raise LookupError(f"Conversation {name} was deleted while it was delivered.")
    return settled[0]


def change[T](
    store: ConversationStore,
    name: str,
    step: Callable[[Conversation], tuple[Conversation, T]],
    new: Conversation | None = None,
) -> tuple[Conversation, T] | None:
    """Write what `step` makes of the conversation (of `new` where there is none yet), and answer what it says about it.

    The store repeats the step when another function has written in between; the last one counts.
    """
    answers: list[T] = []

    def apply(known: Conversation | None) -> Conversation | None:
        start = known or new
        if start is None:
            return None
        changed, answer = step(start)
        answers.append(answer)
        return changed

    written = store.update(name, apply)
    return (written, answers[-1]) if written else None
