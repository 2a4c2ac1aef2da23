"""How does one conversation get out on a channel, once, although functions overlap, fail and are killed?

The function that holds the channel's lease delivers and records each delivery at once; the others leave it the work.
A function killed between a delivery and its record repeats that delivery: better twice than never.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ballast import clock
from ballast.errors import SlackRefusedError
from ballast.publish import slack_blocks as blocks
from ballast.publish.conversation import Conversation, SlackState
from ballast.publish.due import LEASE, Publication, is_free, next_publication, published, slack_is_due
from ballast.publish.email import topic_message
from ballast.publish.group import Rules
from ballast.publish.ports import ConversationStore, SlackChannel, TopicChannel
from ballast.publish.runbook import Pages
from ballast.publish.slack_steps import Posted, Step, after, next_step

MOST_STEPS = 6  # post, edit, reply, and once more for what came in meanwhile
_PARENT_IS_GONE = ("message_not_found", "thread_not_found")


@dataclass(frozen=True, slots=True)
class Delivery:
    """Takes one conversation to its channels."""

    store: ConversationStore
    topic: TopicChannel
    rules: Rules
    pages: Pages
    q_developer: bool

    def to_topic(self, name: str) -> None:
        """Publish what is due now. Raises TransientError, after which it is still due."""
        now = clock.utc_now()
        claimed: Publication | None = None

        def claim(conversation: Conversation) -> Conversation:
            nonlocal claimed
            claimed = next_publication(conversation, self.rules)
            free = is_free(conversation.topic.leased_until, now)
            if claimed is None or claimed.due_at > now or not free:
                claimed = None
                return conversation
            return _with_topic_lease(conversation, lease=True)

        snapshot = self._update(name, claim)
        if snapshot is None or claimed is None:
            return
        publication = claimed
        try:
            message = topic_message(snapshot, publication, self.pages, q_developer=self.q_developer)
            self.topic.publish(message)
        except Exception:
            self._update(name, lambda current: _with_topic_lease(current, lease=False))
            raise
        self._update(name, lambda current: published(current, snapshot, publication, now))

    def to_slack(self, name: str, slack: SlackChannel) -> None:
        """Make Slack show the conversation as it stands.

        Raises TransientError, SlackRefusedError or SecretUnreadableError, after which the rest is still due.
        """
        snapshot = self._claim_slack(name)
        if snapshot is None:
            return
        try:
            for _ in range(MOST_STEPS):
                step = self._next_step(snapshot, slack)
                if step is None:
                    break
                snapshot = self._take(snapshot, step, slack)
        except Exception:
            self._release_slack(name)
            raise
        if snapshot.slack.leased_until is not None:
            self._release_slack(name)

    def _release_slack(self, name: str) -> None:
        self._update(name, lambda current: _with_slack(current, leased_until=None))

    def _claim_slack(self, name: str) -> Conversation | None:
        now = clock.utc_now()
        claimed = False

        def claim(conversation: Conversation) -> Conversation:
            nonlocal claimed
            shown = blocks.parent(conversation, self.pages).fingerprint
            claimed = slack_is_due(conversation, shown, now) and is_free(conversation.slack.leased_until, now)
            return _with_slack(conversation, leased_until=now + LEASE) if claimed else conversation

        snapshot = self._update(name, claim)
        return snapshot if claimed else None

    def _next_step(self, conversation: Conversation, slack: SlackChannel) -> Step | None:
        message = blocks.parent(conversation, self.pages)
        return next_step(conversation, message, can_edit=slack.can_edit)

    def _take(self, snapshot: Conversation, step: Step, slack: SlackChannel) -> Conversation:
        posted: Posted | None = None
        try:
            posted = slack.perform(step)
        except SlackRefusedError as error:
            if error.code not in _PARENT_IS_GONE:
                raise
            # Somebody deleted the parent: the next step posts a new one.
            return self._changed(snapshot.id, lambda current: _with_slack(current, ts="", shown=""))

        def record(conversation: Conversation) -> Conversation:
            changed = after(conversation, snapshot, step, posted)
            done = self._next_step(changed, slack) is None
            return _with_slack(changed, leased_until=None) if done else changed

        return self._changed(snapshot.id, record)

    def _changed(self, name: str, change: Callable[[Conversation], Conversation]) -> Conversation:
        changed = self._update(name, change)
        if changed is None:
            raise LookupError(f"Conversation {name} was deleted while it was delivered.")
        return changed

    def _update(self, name: str, change: Callable[[Conversation], Conversation]) -> Conversation | None:
        return self.store.update(name, lambda known: known and change(known))


def _with_topic_lease(conversation: Conversation, *, lease: bool) -> Conversation:
    until = clock.utc_now() + LEASE if lease else None
    return replace(conversation, topic=replace(conversation.topic, leased_until=until))


def _with_slack(conversation: Conversation, **changes: object) -> Conversation:
    slack: SlackState = replace(conversation.slack, **changes)  # type: ignore[arg-type] # fields of SlackState
    return conversation if slack == conversation.slack else replace(conversation, slack=slack)
