"""The imperative shell of publish_notification: news in, conversations kept, messages out, and what failed comes again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from functools import cache
from typing import Self

from ballast import clock
from ballast.aws.conversation_items import ItemTable
from ballast.aws.conversations import Conversations
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ecs_services import Services
from ballast.aws.sns import Topic
from ballast.errors import SecretUnreadableError, SlackRefusedError, TransientError
from ballast.publish.due import Rules
from ballast.publish.events import Item
from ballast.publish.failing_services import Heard, ServiceWatch
from ballast.publish.ports import Agenda, ConversationStore, Registry, SlackChannel
from ballast.publish.wording import Pages
from ballast.records.event import Sweep
from ballast.records.service_failure import FailureKind, FailureName, ServiceEvent, ServiceFailure
from ballast.shell.deliver import Delivery
from ballast.shell.settings import NotificationSettings, SnsFormat
from ballast.slack.bot import Slack
from ballast.slack.secret import SlackSecret
from ballast.telemetry import count, logger
from ballast.value import dataclass
from ballast.words.notice import Notice
from ballast.words.slack_down import slack_refused, slack_secret_missing

# Slack dislikes this one message; all others may pass.
_ONLY_THIS_MESSAGE = ("invalid_blocks", "msg_too_long", "msg_blocks_too_long", "no_text")

type Waiting = dict[str, list[Item]]  # by conversation: the items whose news it takes to the channels


@dataclass(frozen=True, slots=True)
class ManagedClusters:
    """Asked when AWS tells of a failing service; until then no cold start pays for all that the ledger can read."""

    table: str

    def clusters(self) -> Mapping[str, object]:
        from ballast.aws.ledger import Ledger  # noqa: PLC0415 - a tenth of the imports, seldom used

        return Ledger(self.table).clusters()


@dataclass(frozen=True, slots=True)
class PublishRuntime:
    """Wired once for each execution environment. `slack` is None where the operator has not set it up."""

    store: ConversationStore
    delivery: Delivery
    services: ServiceWatch
    registry: Registry
    slack: SlackChannel | None
    slack_secret: str
    dead_letters: DeadLetters

    @classmethod
    def from_environment(cls) -> Self:
        settings = NotificationSettings.from_environment()
        store = Conversations(ItemTable(settings.conversations_table))
        rules = Rules(
            group_wait=timedelta(seconds=settings.group_wait_seconds),
            group_interval=timedelta(minutes=settings.group_interval_minutes),
        )
        q_developer = settings.sns_format is SnsFormat.Q_DEVELOPER
        patience = timedelta(minutes=settings.placement_failure_minutes)
        secret = SlackSecret(settings.slack_secret_arn)
        return cls(
            store,
            Delivery(
                store, Topic(settings.topic_arn), rules, Pages(settings.aws_region, settings.runbook_url), q_developer
            ),
            ServiceWatch(store, Services(), patience, settings.aws_region),
            ManagedClusters(settings.ledger_table),
            Slack(settings.slack_channel, secret) if settings.slack_channel else None,
            settings.slack_secret_arn,
            DeadLetters(settings.dead_letter_queue_url),
        )

    def handle(self, items: Sequence[Item]) -> Sequence[Item]:
        """Answer the items that must come again: their conversation has a message that could not be delivered."""
        events = self._managed(items)
        heard: list[tuple[Item | None, Heard]] = [(item, Heard(item)) for item in items if isinstance(item, Notice)]
        heard += [(event, one) for event in events for one in self.services.hear(event)]
        agenda = self.store.agenda() if any(isinstance(item, Sweep) for item in items) else None
        waiting: Waiting = {}
        if agenda:
            waiting |= {name: [] for name in sorted(agenda.conversations)}
            heard += [(None, one) for one in self._look(agenda)]
        self._tell([(item, one.notice) for item, one in heard if one.notice], waiting)
        for _, one in heard:
            if one.over:
                self.store.unwatch(one.over)
        failed = self._to_topic(list(waiting)) | self._to_slack(list(waiting), waiting)
        self._plan_next(waiting, {(e.cluster, e.service) for e in events if e.name is FailureName.PLACEMENT}, agenda)
        again = {id(item) for name in failed for item in waiting[name]}
        return [item for item in items if id(item) in again]

    def _managed(self, items: Sequence[Item]) -> Sequence[ServiceEvent]:
        """What AWS says about services of managed clusters, in its order."""
        events = [item for item in items if isinstance(item, ServiceEvent)]
        managed: Mapping[str, object] = self.registry.clusters() if events else {}
        for event in events:
            if event.cluster not in managed:
                logger.debug("Not of a managed cluster", cluster=event.cluster, event=event.name)
        return sorted((event for event in events if event.cluster in managed), key=lambda event: event.at)

    def _look(self, agenda: Agenda) -> Sequence[Heard]:
        watches = self._watches(agenda)
        if not watches:
            return ()
        try:
            return self.services.look(watches, clock.utc_now())
        except TransientError as error:
            logger.warning("ECS did not answer; the next sweep asks again", why=str(error))
            return ()

    def _watches(self, agenda: Agenda) -> list[ServiceFailure]:
        found = (
            self.store.watched(FailureKind.PLACEMENT, cluster, service)
            for cluster, service in sorted(agenda.placements)
        )
        return [watch for watch in found if watch is not None]

    def _tell(self, told: Sequence[tuple[Item | None, Notice]], waiting: Waiting) -> None:
        """Take the notices into their conversations, for which their items wait from now on."""
        if not told:
            return
        now = clock.utc_now()
        together = self.delivery.join(list({notice.id: notice for _, notice in told}.values()), now)
        home = {notice.incident: name for name, group in together.items() for notice in group}
        for item, notice in told:
            waiting.setdefault(home[notice.incident], []).extend([item] if item else [])
        news = [one for name, group in together.items() for one in self.delivery.tell(name, group, now)]
        for severity, number in Counter(notice.severity for notice in news).items():
            count("Notices", number, severity=severity.value)

    def _to_topic(self, names: Sequence[str]) -> set[str]:
        """Answer the conversations that SNS did not take; where it is busy, it is for all."""
        for position, name in enumerate(names):
            try:
                self.delivery.to_topic(name)
            except TransientError as error:
                logger.warning("SNS did not take the message", conversation=name, why=str(error))
                return set(names[position:])
        return set()

    def _to_slack(self, names: Sequence[str], waiting: Waiting) -> set[str]:
        """Answer the conversations that Slack did not take. That it refuses is news, for which nobody waits."""
        if self.slack is None:
            return set()
        for position, name in enumerate(names):
            try:
                self.delivery.to_slack(name, self.slack)
            except TransientError as error:
                logger.warning("Slack did not take the message", conversation=name, why=str(error))
                return set(names[position:])
            except SecretUnreadableError as error:
                logger.error("Slack secret cannot be read", why=str(error))
                region = self.delivery.pages.region
                notice = slack_secret_missing(self.slack_secret, str(error), clock.utc_now(), region)
                self._tell([(None, notice)], waiting)
                return set()
            except SlackRefusedError as error:
                logger.error("Slack refused", conversation=name, why=error.code)
                notice = slack_refused(self.slack_secret, error.code, clock.utc_now(), self.delivery.pages.region)
                self._tell([(None, notice)], waiting)
                if error.code not in _ONLY_THIS_MESSAGE:
                    return set()
        return set()

    def _plan_next(self, waiting: Waiting, placements: AbstractSet[tuple[str, str]], agenda: Agenda | None) -> None:
        """The next sweep looks at what is not finished; what is leaves the agenda."""
        in_slack = self.slack is not None
        unfinished = {name for name in waiting if self.delivery.is_unfinished(name, in_slack=in_slack)}
        if agenda:
            placements = placements | {(watch.cluster, watch.service) for watch in self._watches(agenda)}
            self.store.strike_from_agenda(agenda, agenda.conversations - unfinished, agenda.placements - placements)
            unfinished, placements = unfinished - agenda.conversations, placements - agenda.placements
        if unfinished or placements:
            self.store.add_to_agenda(unfinished, placements)


@cache
def runtime() -> PublishRuntime:
    """Made once for each execution environment; `runtime.cache_clear()` forgets it."""
    return PublishRuntime.from_environment()
