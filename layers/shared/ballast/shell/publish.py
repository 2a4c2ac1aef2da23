"""The imperative shell of publish_notification: news in, conversations kept, messages out, and what failed comes again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Self

from ballast import clock
from ballast.aws.conversation_items import ItemTable
from ballast.aws.conversations import Conversations
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ecs_services import Services
from ballast.aws.floods import Floods
from ballast.aws.seal import Seal
from ballast.aws.sns import Topic
from ballast.aws.wake_queue import WakeQueue
from ballast.publish.due import Rules
from ballast.publish.events import Item, Wake
from ballast.publish.failing_services import Heard, ServiceWatch
from ballast.publish.ports import Agenda, ConversationStore, Registry
from ballast.publish.wording import Pages
from ballast.records.event import Sweep
from ballast.records.service_failure import FailureKind, FailureName, ServiceEvent, ServiceFailure
from ballast.shell.batch import each_alone
from ballast.shell.channels import Channels
from ballast.shell.deliver import Delivery
from ballast.shell.digest import Digests
from ballast.shell.gate import Gate
from ballast.shell.settings import NotificationSettings, SnsFormat
from ballast.slack.bot import Slack
from ballast.slack.secret import SlackSecret
from ballast.telemetry import count, logger
from ballast.value import dataclass
from ballast.words.notice import Notice

type Told = tuple[Item | None, Notice]  # the item that says so, if one does
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
    """Wired once for each execution environment."""

    store: ConversationStore
    channels: Channels
    services: ServiceWatch
    registry: Registry
    dead_letters: DeadLetters
    gate: Gate
    digests: Digests

    @classmethod
    def from_environment(cls) -> Self:
        settings = NotificationSettings.from_environment()
        items = ItemTable(settings.conversations_table)
        store = Conversations(items)
        rules = Rules(
            group_wait=timedelta(seconds=settings.group_wait_seconds),
            group_interval=timedelta(minutes=settings.group_interval_minutes),
        )
        q_developer = settings.sns_format is SnsFormat.Q_DEVELOPER
        patience = timedelta(minutes=settings.placement_failure_minutes)
        secret = SlackSecret(settings.slack_secret_arn, settings.slack_webhook_host)
        pages = Pages(settings.aws_region, settings.runbook_url, settings.slack_buttons)
        return cls(
            store,
            Channels(
                Delivery(store, Topic(settings.topic_arn), rules, pages, q_developer),
                Slack(settings.slack_channel, secret) if settings.slack_channel else None,
                settings.slack_secret_arn,
                WakeQueue(settings.pages_queue_url),
            ),
            ServiceWatch(store, Services(), patience, settings.aws_region),
            ManagedClusters(settings.ledger_table),
            DeadLetters(settings.dead_letter_queue_url),
            Gate(Seal(settings.ledger_table), Floods(items)),
            Digests(items, store, settings.digest, settings.aws_region),
        )

    def handle(self, items: Sequence[Item]) -> Sequence[Item]:
        """Answer the items that must come again: they, or their conversation's message, could not be handled."""
        events = self._managed(items)
        admitted, uncounted = self.gate.admit(items)
        now = clock.utc_now()
        heard: list[tuple[Item | None, Heard]] = [(item, Heard(notice.not_after(now))) for item, notice in admitted]
        answers, undone = each_alone(events, self.services.hear, "cannot handle the event of the service")
        heard += [(event, one) for event, found in answers for one in found]
        sweeps = any(isinstance(item, Sweep) for item in items)
        agenda = self.store.agenda() if sweeps or any(isinstance(item, Wake) for item in items) else None
        if agenda and not sweeps:
            agenda = replace(agenda, placements=frozenset())  # a wake-up asks ECS nothing
        waiting: Waiting = {}
        if agenda:
            waiting |= {name: [] for name in sorted(agenda.conversations)}
            heard += [(None, one) for one in self._look(agenda)]
        said: list[Told] = [(item, one.notice) for item, one in heard if one.notice]
        digest: list[Told] = [(None, notice) for notice in self.digests.due(now)] if sweeps else []
        untold = self._tell([*said, *digest], waiting)
        for _, one in heard:
            if one.over and one.notice not in [notice for _, notice in untold]:
                self.store.unwatch(one.over)
        failed = self.channels.to_topic(list(waiting))
        missed, news = self.channels.to_slack(list(waiting))
        self._tell([(None, notice) for notice in (*news, *self._unread())], waiting)
        self._plan_next(waiting, {(e.cluster, e.service) for e in events if e.name is FailureName.PLACEMENT}, agenda)
        self.digests.told([notice for _, notice in digest if notice not in [untaken for _, untaken in untold]])
        uncounted = [*uncounted, *self.digests.keep([one for one in said if one not in untold], now)]
        again = {id(item) for name in failed | missed for item in waiting[name]}
        again |= {id(item) for item in (*undone, *uncounted, *(item for item, _ in untold))}
        return [item for item in items if id(item) in again]

    def _unread(self) -> Sequence[Notice]:
        """What nobody could read of what is stored, told as anything else is."""
        if not (unread := self.store.take_unread()):
            return ()
        from ballast.words.unread import replaced  # noqa: PLC0415 - seldom, if ever

        return [replaced(one, clock.utc_now()) for one in unread]

    def _managed(self, items: Sequence[Item]) -> Sequence[ServiceEvent]:
        """What AWS says about services of managed clusters, in its order."""
        events = [item for item in items if isinstance(item, ServiceEvent)]
        managed: Mapping[str, object] = self.registry.clusters() if events else {}
        for event in events:
            if event.cluster not in managed:
                logger.debug("Not of a managed cluster", cluster=event.cluster, event=event.name)
        return sorted((event for event in events if event.cluster in managed), key=lambda event: event.at)

    def _look(self, agenda: Agenda) -> Sequence[Heard]:
        """Cluster by cluster; where ECS does not answer, the next sweep asks again."""
        by_cluster: dict[str, list[ServiceFailure]] = {}
        for watch in self._watches(agenda):
            by_cluster.setdefault(watch.cluster, []).append(watch)
        now = clock.utc_now()
        answers, _ = each_alone(
            by_cluster.values(), lambda watches: self.services.look(watches, now), "cannot look at failing services"
        )
        return [one for _, found in answers for one in found]

    def _watches(self, agenda: Agenda) -> list[ServiceFailure]:
        found = (
            self.store.watched(FailureKind.PLACEMENT, cluster, service)
            for cluster, service in sorted(agenda.placements)
        )
        return [watch for watch in found if watch is not None]

    def _tell(self, told: Sequence[Told], waiting: Waiting) -> Sequence[Told]:
        """Take the notices into their conversations, for which their items wait from now on; answer what was not taken."""
        if not told:
            return ()
        now = clock.utc_now()
        together = self.channels.delivery.join(list({notice.id: notice for _, notice in told}.values()), now)
        answers, _ = each_alone(
            together.items(), lambda one: self.channels.delivery.tell(*one, now), "cannot take the notices in"
        )
        home = {notice.incident: name for (name, group), _ in answers for notice in group}
        for item, notice in told:
            if item and notice.incident in home:
                waiting.setdefault(home[notice.incident], []).append(item)
        waiting.update({name: [] for (name, _), _ in answers if name not in waiting})
        news = [notice for _, found in answers for notice in found]
        for notice in news:
            logger.info("told", extra={"notice": notice.to_detail()})  # what `ballast history` reads
        for severity, number in Counter(notice.severity for notice in news).items():
            count("Notices", number, severity=severity.value)
        return [(item, notice) for item, notice in told if notice.incident not in home]

    def _plan_next(self, waiting: Waiting, placements: AbstractSet[tuple[str, str]], agenda: Agenda | None) -> None:
        """The next sweep looks at what is not finished; what is leaves the agenda."""
        unfinished = {name for name in waiting if self.channels.is_unfinished(name)}
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
