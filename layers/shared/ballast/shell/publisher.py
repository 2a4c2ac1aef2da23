"""The whole of publish_notification: news in, conversations kept, messages out, and what failed comes again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ballast import clock
from ballast.errors import SecretUnreadableError, SlackRefusedError, TransientError
from ballast.publish import slack_blocks as blocks
from ballast.publish.conversation import Conversation
from ballast.publish.due import next_publication, slack_is_due
from ballast.publish.events import Item
from ballast.publish.failing_services import Heard, ServiceWatch
from ballast.publish.join import join, tell
from ballast.publish.ports import Agenda, ConversationStore, Registry, SlackChannel
from ballast.records.event import Sweep
from ballast.records.service_failure import FailureKind, FailureName, ServiceEvent, ServiceFailure
from ballast.shell.deliver import Delivery
from ballast.telemetry import count, logger
from ballast.words.notice import Notice
from ballast.words.slack_down import slack_refused, slack_secret_missing

# Slack dislikes this one message; all others may pass.
_ONLY_THIS_MESSAGE = ("invalid_blocks", "msg_too_long", "msg_blocks_too_long", "no_text")


@dataclass(slots=True)
class _Batch:
    """What one invocation works on: which items wait for which conversations, and what must come again."""

    conversations: dict[str, list[Item]] = field(default_factory=dict)
    placements: set[tuple[str, str]] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Publisher:
    """`slack` is None where the operator has not set it up."""

    store: ConversationStore
    delivery: Delivery
    services: ServiceWatch
    registry: Registry
    slack: SlackChannel | None
    slack_secret: str

    def publish(self, items: Sequence[Item]) -> Sequence[Item]:
        """Returns the items to retry: their conversation has a message that could not be delivered."""
        batch = _Batch()
        heard = self._hear(items, batch)
        swept = next((item for item in items if isinstance(item, Sweep)), None)
        agenda = self.store.agenda() if swept else None
        if swept and agenda:
            batch.conversations |= {name: [] for name in sorted(agenda.conversations)}
            heard += [(swept, one) for one in self._look(agenda)]
        self._tell([(item, one.notice) for item, one in heard if one.notice], batch)
        for _, one in heard:
            if one.over:
                self.store.unwatch(one.over)
        self._to_topic(batch)
        self._to_slack(batch)
        self._plan_next(batch, agenda)
        again = {id(item) for name in batch.failed for item in batch.conversations[name]}
        # The next sweep comes in a minute by itself.
        return [item for item in items if id(item) in again and not isinstance(item, Sweep)]

    def _hear(self, items: Sequence[Item], batch: _Batch) -> list[tuple[Item, Heard]]:
        heard: list[tuple[Item, Heard]] = [(item, Heard(item)) for item in items if isinstance(item, Notice)]
        events = [item for item in items if isinstance(item, ServiceEvent)]
        managed: Mapping[str, object] = self.registry.clusters() if events else {}
        for event in sorted(events, key=lambda event: event.at):
            if event.cluster not in managed:
                logger.debug("Not of a managed cluster", cluster=event.cluster, event=event.name)
                continue
            if event.name is FailureName.PLACEMENT:
                batch.placements.add((event.cluster, event.service))
            heard += [(event, one) for one in self.services.hear(event)]
        return heard

    def _look(self, agenda: Agenda) -> Sequence[Heard]:
        try:
            return self.services.look(self._watches(agenda), clock.utc_now())
        except TransientError as error:
            logger.warning("ECS did not answer; the next sweep asks again", why=str(error))
            return ()

    def _tell(self, told: Sequence[tuple[Item | None, Notice]], batch: _Batch) -> None:
        if not told:
            return
        now = clock.utc_now()
        notices = list({notice.id: notice for _, notice in told}.values())
        together = join(self.store, notices, now, self.delivery.rules)
        home = {notice.incident: name for name, group in together.items() for notice in group}
        for item, notice in told:
            waiting = batch.conversations.setdefault(home[notice.incident], [])
            if item is not None:
                waiting.append(item)
        news = [one for name, group in together.items() for one in tell(self.store, name, group, now)]
        _count(news)

    def _to_topic(self, batch: _Batch) -> None:
        names = list(batch.conversations)
        for position, name in enumerate(names):
            try:
                self.delivery.to_topic(name)
            except TransientError as error:
                logger.warning("SNS did not take the message", conversation=name, why=str(error))
                batch.failed.update(names[position:])
                return

    def _to_slack(self, batch: _Batch) -> None:
        if self.slack is None:
            return
        names = list(batch.conversations)
        for position, name in enumerate(names):
            try:
                self.delivery.to_slack(name, self.slack)
            except TransientError as error:
                logger.warning("Slack did not take the message", conversation=name, why=str(error))
                batch.failed.update(names[position:])
                return
            except SecretUnreadableError as error:
                logger.error("Slack secret cannot be read", why=str(error))
                notice = slack_secret_missing(self.slack_secret, str(error), clock.utc_now(), self.delivery.region)
                self._tell([(None, notice)], batch)
                return
            except SlackRefusedError as error:
                logger.error("Slack refused", conversation=name, why=error.code)
                notice = slack_refused(self.slack_secret, error.code, clock.utc_now(), self.delivery.region)
                self._tell([(None, notice)], batch)
                if error.code not in _ONLY_THIS_MESSAGE:
                    return

    def _plan_next(self, batch: _Batch, agenda: Agenda | None) -> None:
        """The next sweep looks at what is not finished; what is leaves the agenda."""
        open_ones = {name for name in batch.conversations if self._is_unfinished(name)}
        placements = batch.placements
        if agenda:
            placements = placements | {(watch.cluster, watch.service) for watch in self._watches(agenda)}
            self.store.strike_from_agenda(agenda, agenda.conversations - open_ones, agenda.placements - placements)
            open_ones, placements = (
                open_ones - agenda.conversations,
                placements - agenda.placements,
            )
        if open_ones or placements:
            self.store.add_to_agenda(open_ones, placements)

    def _is_unfinished(self, name: str) -> bool:
        conversation = self.store.load(name)
        if conversation is None:
            return False
        return next_publication(conversation, self.delivery.rules) is not None or self._slack_is_behind(conversation)

    def _slack_is_behind(self, conversation: Conversation) -> bool:
        shown = blocks.parent(conversation, self.delivery.region).fingerprint
        return self.slack is not None and slack_is_due(conversation, shown, clock.utc_now())

    def _watches(self, agenda: Agenda) -> list[ServiceFailure]:
        found = (
            self.store.watched(FailureKind.PLACEMENT, cluster, service)
            for cluster, service in sorted(agenda.placements)
        )
        return [watch for watch in found if watch is not None]


def _count(news: Iterable[Notice]) -> None:
    for severity, number in Counter(notice.severity for notice in news).items():
        count("Notices", number, severity=severity.value)
