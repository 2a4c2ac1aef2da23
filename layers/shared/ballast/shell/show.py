"""How does a conversation get into Slack, step by step, when Slack limits how fast, refuses or is down?

The store remembers the pace of the channel for all functions. Whoever finds that a step may not be taken yet answers when
it may; the function then leaves itself a wake-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ballast import clock
from ballast.errors import RateLimitedError, SlackRefusedError
from ballast.publish.conversation import Conversation
from ballast.publish.due import lease_slack, release_slack, slack_is_due
from ballast.publish.ports import ConversationStore, SlackChannel
from ballast.publish.slack_blocks import parent
from ballast.publish.slack_pace import Pace
from ballast.publish.slack_refusals import Refusal, plainly, refusal
from ballast.publish.slack_steps import Posted, Settle, Step, after, is_urgent, steps, without_parent
from ballast.publish.wording import Pages
from ballast.shell.deliver import change, settle
from ballast.telemetry import logger
from ballast.value import dataclass
from ballast.words.codes import UNVERIFIED

MOST_STEPS = 6  # post, edit, reply, and once more for what came in meanwhile
BESIDE = timedelta(seconds=1)  # after another function took the turn


@dataclass(frozen=True, slots=True)
class Show:
    """Takes one conversation into Slack."""

    store: ConversationStore
    pages: Pages
    slack: SlackChannel

    def urgency(self, name: str) -> tuple[bool, bool, str]:
        """Sorts pages first, those that nobody vouches for last of them; then what was never shown, or longest ago."""
        known = self.store.load(name)
        if known is None:
            return (True, True, "")
        page = any(is_urgent(known, step) for step in self._steps(known, clock.utc_now()))
        return (not page, bool(known.slack.ts) or known.reason == UNVERIFIED, f"{known.slack.shown_at or ''}")

    def show(self, name: str) -> datetime | None:
        """Make Slack show the conversation as it stands; answers when to go on, None where nothing waits for Slack.

        Raises TransientError where Slack or its secret does not answer, SlackRefusedError or SecretUnreadableError; the
        rest is still due then.
        """
        now = clock.utc_now()
        known = self.store.load(name)
        if known is None:
            return None
        message = parent(known, self.pages)
        if not slack_is_due(known, message.fingerprint, now):
            return None
        due = steps(known, message, now, can_edit=self.slack.can_edit)
        waits = _wait(known, due, self.store.pace(), now)
        if waits is None or waits > now:
            return waits
        lease = change(self.store, name, lambda c: lease_slack(c, self._shown(c), now))
        snapshot, is_ours = lease or (None, False)
        if snapshot is None or not is_ours:
            return None
        try:
            return self._take_steps(snapshot)
        finally:
            settle(self.store, name, release_slack)

    def _take_steps(self, snapshot: Conversation) -> datetime | None:
        for _ in range(MOST_STEPS):
            now = clock.utc_now()
            step, wait = self._turn(snapshot, now)
            if step is None:
                return wait
            try:
                snapshot = self._take(snapshot, step, now)
            except RateLimitedError as error:
                return self._pause(step, now + timedelta(seconds=error.retry_after_s), snapshot.id)
        return clock.utc_now()

    def _turn(self, known: Conversation, now: datetime) -> tuple[Step | None, datetime | None]:
        """The next step, once its turn in the channel is taken; or when there is one."""
        waits: list[datetime] = []
        for step in self._steps(known, now):
            urgent = is_urgent(known, step)

            def takes(pace: Pace, step: Step = step, *, urgent: bool = urgent) -> Pace | None:
                return pace.taken(step, now) if pace.not_before(step, now, urgent=urgent) <= now else None

            if isinstance(step, Settle) or self.store.change_pace(takes):
                return step, None
            waits.append(max(now + BESIDE, self.store.pace().not_before(step, now, urgent=urgent)))
        return None, min(waits, default=None)

    def _take(self, snapshot: Conversation, step: Step, now: datetime) -> Conversation:
        try:
            posted = _perform(step, self.slack)
        except SlackRefusedError as error:
            if refusal(step, error.code) is not Refusal.PLACE:
                raise
            # The next step posts a new parent, which says what the thread still lacks.
            return settle(self.store, snapshot.id, without_parent)
        return settle(self.store, snapshot.id, lambda known: after(known, snapshot, step, posted, now))

    def _steps(self, known: Conversation, now: datetime) -> list[Step]:
        return steps(known, parent(known, self.pages), now, can_edit=self.slack.can_edit)

    def _shown(self, known: Conversation) -> str:
        return parent(known, self.pages).fingerprint

    def _pause(self, step: Step, until: datetime, name: str) -> datetime:
        logger.warning("Slack wants a pause", conversation=name, until=until.isoformat())
        self.store.change_pace(lambda pace: pace.shut(step, until))
        return until


def _wait(known: Conversation, due: Sequence[Step], pace: Pace, now: datetime) -> datetime | None:
    """Until when no step may be taken; None where none is due."""
    return min((pace.not_before(step, now, urgent=is_urgent(known, step)) for step in due), default=None)


def _perform(step: Step, slack: SlackChannel) -> Posted | None:
    """Where Slack dislikes how a message is made, its bare words: better plain than never."""
    try:
        return slack.perform(step)
    except SlackRefusedError as error:
        if refusal(step, error.code) is not Refusal.CONTENTS:
            raise
        return slack.perform(plainly(step))
