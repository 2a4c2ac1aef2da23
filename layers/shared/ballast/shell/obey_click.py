"""The imperative shell of obey_click: what was pressed in, a command out; the message shows who and when."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Self

from ballast import clock
from ballast.answer.click import Click
from ballast.answer.rule import Deciders, Ruling, rule
from ballast.aws import eventbus
from ballast.aws.conversation_items import ItemTable
from ballast.aws.conversations import Conversations
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.wake_queue import WakeQueue
from ballast.publish.conversation import Conversation
from ballast.publish.ports import ConversationStore, WakeUps
from ballast.records.command import DETAIL_TYPE
from ballast.shell.batch import each_alone
from ballast.shell.settings import ClickSettings
from ballast.slack import clicker
from ballast.telemetry import logger
from ballast.value import dataclass


@dataclass(frozen=True, slots=True)
class ClickRuntime:
    """Wired once for each execution environment."""

    store: ConversationStore
    wake_ups: WakeUps
    dead_letters: DeadLetters
    deciders: Deciders

    @classmethod
    def from_environment(cls) -> Self:
        settings = ClickSettings.from_environment()
        return cls(
            Conversations(ItemTable(settings.conversations_table)),
            WakeQueue(settings.pages_queue_url),
            DeadLetters(settings.dead_letter_queue_url),
            Deciders(frozenset(settings.slack_deciders), settings.slack_deciders_needed),
        )

    def handle(self, clicks: Sequence[Click]) -> Sequence[Click]:
        """Answer those that must come again."""
        return each_alone(clicks, self._obey, "cannot obey what was pressed")[1]

    def _obey(self, click: Click) -> None:
        """Written before it is said, so that of two who press at once one counts, and said before it is shown."""
        ruling = self._ruled(click)
        logger.info("pressed", user=click.user, verb=click.verb, conversation=click.conversation, says=ruling.says)
        if ruling.command:
            eventbus.command(DETAIL_TYPE, ruling.command.to_detail(), click.at)
        if ruling.is_shown:
            self.store.add_to_agenda({click.conversation}, set())
            self.wake_ups.send(0, clock.utc_now())
        if ruling.says:
            clicker.tell(click.response_url, ruling.says)

    def _ruled(self, click: Click) -> Ruling:
        """One that nobody is to obey writes nothing."""
        rulings: list[Ruling] = []

        def change(known: Conversation | None) -> Conversation | None:
            after, ruling = rule(known, click, self.deciders, clock.utc_now())
            rulings.append(ruling)
            return after

        self.store.update(click.conversation, change)
        return rulings[-1]


@cache
def runtime() -> ClickRuntime:
    """Made once for each execution environment; `runtime.cache_clear()` forgets it."""
    return ClickRuntime.from_environment()
