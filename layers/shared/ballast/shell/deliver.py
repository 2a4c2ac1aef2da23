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
from ballast.errors import SlackRefusedError
from ballast.publish import slack_blocks as blocks
from ballast.publish.conversation import Conversation
from ballast.publish.due import (
    JoinWindow,
    Rules,
    lease_slack,
    lease_topic,
    next_publication,
    open_window,
    published,
    release_slack,
    release_topic,
    slack_is_due,
    take_in,
    takes,
)
from ballast.publish.email import topic_message
from ballast.publish.ports import ConversationStore, SlackChannel, TopicChannel
from ballast.publish.slack_refusals import Refusal, plainly, refusal
from ballast.publish.slack_steps import Posted, Step, after, next_step, without_parent
from ballast.publish.wording import Pages
from ballast.value import dataclass
from ballast.words.notice import Notice

MOST_STEPS = 6  # post, edit, reply, and once more for what came in meanwhile


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
        told = _change(self.store, name, lambda known: take_in(known, notices), new=new)
        return told[1] if told else ()

    def to_topic(self, name: str) -> None:
        """Publish what is due now. Raises TransientError, after which it is still due."""
        now = clock.utc_now()
        snapshot, publication = _change(self.store, name, lambda c: lease_topic(c, self.rules, now)) or (None, None)
        if snapshot is None or publication is None:
            return
        try:
            self.topic.publish(topic_message(snapshot, publication, self.pages, q_developer=self.q_developer))
        except Exception:
            self._settle(name, release_topic)
            raise
        self._settle(name, lambda known: published(known, snapshot, publication, now))

    def to_slack(self, name: str, slack: SlackChannel) -> None:
        """Make Slack show the conversation as it stands.

        Raises TransientError, SlackRefusedError or SecretUnreadableError, after which the rest is still due.
        """
        now = clock.utc_now()
        lease = _change(self.store, name, lambda c: lease_slack(c, self._shown(c), now))
        snapshot, is_ours = lease or (None, False)
        if snapshot is None or not is_ours:
            return
        try:
            for _ in range(MOST_STEPS):
                step = self._next_step(snapshot, slack)
                if step is None:
                    break
                snapshot = self._take(snapshot, step, slack)
        except Exception:
            self._settle(name, release_slack)
            raise
        if snapshot.slack.leased_until is not None:
            self._settle(name, release_slack)

    def is_unfinished(self, name: str, *, in_slack: bool) -> bool:
        """Whether a later sweep must look at the conversation again."""
        conversation = self.store.load(name)
        if conversation is None:
            return False
        behind = in_slack and slack_is_due(conversation, self._shown(conversation), clock.utc_now())
        return behind or next_publication(conversation, self.rules) is not None

    def _window(self, notice: Notice, window: JoinWindow | None, now: datetime) -> JoinWindow:
        window = window or self.store.window(notice.cluster, notice.reason)
        if window is not None and takes(window, notice, now, self.rules):
            return window
        return self.store.open_window(notice.cluster, notice.reason, open_window(notice, now), window)

    def _shown(self, conversation: Conversation) -> str:
        return blocks.parent(conversation, self.pages).fingerprint

    def _next_step(self, conversation: Conversation, slack: SlackChannel) -> Step | None:
        message = blocks.parent(conversation, self.pages)
        return next_step(conversation, message, can_edit=slack.can_edit)

    def _take(self, snapshot: Conversation, step: Step, slack: SlackChannel) -> Conversation:
        try:
            posted = _perform(step, slack)
        except SlackRefusedError as error:
            if refusal(step, error.code) is not Refusal.PLACE:
                raise
            # The next step posts a new parent, which says what the thread still lacks.
            return self._settle(snapshot.id, without_parent)

        def record(known: Conversation) -> Conversation:
            changed = after(known, snapshot, step, posted)
            return release_slack(changed) if self._next_step(changed, slack) is None else changed

        return self._settle(snapshot.id, record)

    def _settle(self, name: str, step: Callable[[Conversation], Conversation]) -> Conversation:
        settled = _change(self.store, name, lambda known: (step(known), None))
        if settled is None:
            raise LookupError(f"Conversation {name} was deleted while it was delivered.")
        return settled[0]


def _perform(step: Step, slack: SlackChannel) -> Posted | None:
    """Where Slack dislikes how a message is made, its bare words: better plain than never."""
    try:
        return slack.perform(step)
    except SlackRefusedError as error:
        if refusal(step, error.code) is not Refusal.CONTENTS:
            raise
        return slack.perform(plainly(step))


def _change[T](
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
