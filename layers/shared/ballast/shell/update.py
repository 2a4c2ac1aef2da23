"""The imperative shell of update_bottlerocket: look at a cluster, decide, act; the events only say where to look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Self

from ballast import clock
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ledger import Books, Ledger
from ballast.facts.cluster import Cluster
from ballast.policy.policy import defaults_from
from ballast.policy.updates import Strategy
from ballast.records.command import Command
from ballast.records.document import Document
from ballast.records.release import Release
from ballast.records.release_event import ReleaseChanged
from ballast.shell.execute import Executor
from ballast.shell.perform import performers
from ballast.shell.perform_updates import update_performers
from ballast.shell.settings import UpdateSettings
from ballast.shell.update_look import FleetObserver
from ballast.telemetry import logger
from ballast.update.events import Look, Trouble, UpdateEvent
from ballast.update.plan import plan_update

ROUNDS = 3  # of looking again, when another function changed the ledger in between


@dataclass(frozen=True, slots=True)
class UpdateRuntime:
    """Wired once for each execution environment."""

    ledger: Ledger
    executor: Executor
    dead_letters: DeadLetters

    @classmethod
    def from_environment(cls) -> Self:
        settings = UpdateSettings.from_environment()
        ledger = Ledger(settings.ledger_table, defaults_from(settings))
        documents = {
            Document.CHECK: settings.check_update_document,
            Document.STAGE: settings.stage_update_document,
            Document.REBOOT: settings.reboot_host_document,
            Document.RESTORE: settings.restore_update_settings_document,
            Document.CANCEL: settings.cancel_update_document,
        }
        executor = Executor((*performers(ledger), *update_performers(ledger, documents)), settings.dry_run)
        return cls(ledger, executor, DeadLetters(settings.dead_letter_queue_url))

    def handle(self, events: Sequence[UpdateEvent]) -> Sequence[UpdateEvent]:
        """Answer the events that must come again because something about their cluster failed."""
        now = clock.utc_now()
        releases = self.ledger.releases()
        again: list[UpdateEvent] = []
        for cluster in self.ledger.clusters().values():
            books = self.ledger.books(cluster.name)
            some = [event for event in events if _concerns(event, cluster.name, books)]
            if some and not self._handle_cluster(cluster, some, releases, now):
                again += some
        _refuse_forged(events, releases)
        return again

    def _handle_cluster(
        self,
        cluster: Cluster,
        events: Sequence[UpdateEvent],
        releases: Mapping[tuple[str, str], Release],
        now: datetime,
    ) -> bool:
        commands = [event for event in events if isinstance(event, Command)]
        news = tuple(event.what for event in events if isinstance(event, Trouble))
        try:
            for _ in range(ROUNDS + len(commands)):
                books = self.ledger.books(cluster.name)
                idle = not (books.rollouts or books.updates)
                if idle and cluster.policy.updates.strategy is Strategy.OFF and not commands:
                    return True
                raced = False
                for fleet, rollout in FleetObserver(cluster, self.ledger, now).fleets(books, releases):
                    told = tuple(c for c in commands[:1] if c.concerns(fleet.variant, fleet.arch))
                    seen = replace(fleet, commands=told, news=news)
                    result = self.executor.execute(plan_update(seen, rollout, now))
                    if result.failed:
                        return False
                    raced = raced or 0 in result.given_up
                if not raced and len(commands) <= 1:
                    return True
                commands = commands if raced else commands[1:]
        except Exception:  # noqa: BLE001 - one cluster in trouble must not hold up the others
            logger.exception("cannot update the cluster", cluster=cluster.name)
        return False


def _concerns(event: UpdateEvent, cluster: str, books: Books) -> bool:
    match event:
        case Look(_, None, None):
            return True
        case Look(_, None, instance_id):
            return any(u.instance_id == instance_id and not u.settled for u in books.updates)
        case Look(_, name, _):
            return name == cluster and bool(books.rollouts or books.updates)
        case ReleaseChanged():
            return True
        case Trouble() | Command():
            return event.cluster == cluster


def _refuse_forged(events: Sequence[UpdateEvent], releases: Mapping[tuple[str, str], Release]) -> None:
    """Targets come from what watch_bottlerocket read itself, so an event that says otherwise changes nothing."""
    for event in events:
        if isinstance(event, ReleaseChanged):
            known = releases.get((event.variant, event.arch))
            if known is None or known.version != event.version:
                logger.warning("refused a release that AWS does not publish", event=event, known=known)


@cache
def update_runtime() -> UpdateRuntime:
    """Made once for each execution environment; `update_runtime.cache_clear()` forgets it."""
    return UpdateRuntime.from_environment()
