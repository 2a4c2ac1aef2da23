"""The imperative shell of update_bottlerocket: look at a cluster, decide, act; the events only say where to look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from ballast import clock
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ledger import Ledger, as_kept
from ballast.aws.rounds import last_round
from ballast.facts.view import Cluster
from ballast.policy.policy import defaults_from
from ballast.policy.updates import Strategy
from ballast.records.command import Command
from ballast.records.document import Document
from ballast.records.release import Release, ReleaseChanged, newer
from ballast.shell.batch import for_each_cluster, in_time, until_not_raced
from ballast.shell.execute import Executor
from ballast.shell.perform import performers
from ballast.shell.perform_updates import update_performers
from ballast.shell.policy_settings import UpdateSettings
from ballast.telemetry import logger
from ballast.update.events import Look, Trouble, UpdateEvent
from ballast.update.turns import in_turn, is_due, is_moving
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.aws.ledger_items import Books
    from ballast.shell.commands import Desk
    from ballast.shell.update_look import FleetObserver

RECORDED_WITHIN = timedelta(minutes=5)  # after its announcement, or its record is that of a function that died
LATEST = timedelta(seconds=30)  # after which no further cluster is begun; the function may run for 50 s
type Releases = Mapping[tuple[str, str], Release]  # by variant and architecture


@dataclass(frozen=True, slots=True)
class Round:
    """What all clusters of a round share; `drains_seen_at`: when drain_instance last ran, where a rollout moves."""

    now: datetime
    releases: Releases
    desk: Desk | None
    drains_seen_at: datetime | None

    def is_left(self, command: Command) -> bool:
        """Whether rollouts are to obey it."""
        return self.desk is not None and self.desk.is_left(command)


@dataclass(frozen=True, slots=True)
class UpdateRuntime:
    """Wired once for each execution environment."""

    ledger: Ledger
    executor: Executor
    dead_letters: DeadLetters
    rights: tuple[Strategy, bool]  # `may_update` and `may_change_launch_templates` of its settings

    @classmethod
    def from_environment(cls) -> Self:
        settings = UpdateSettings.from_environment()
        ledger = Ledger(settings.ledger_table, defaults_from(settings.policy))
        documents = {
            Document.CHECK: settings.check_update_document,
            Document.STAGE: settings.stage_update_document,
            Document.REBOOT: settings.reboot_host_document,
            Document.RESTORE: settings.restore_update_settings_document,
            Document.CANCEL: settings.cancel_update_document,
        }
        executor = Executor((*performers(ledger), *update_performers(ledger, documents)), settings.dry_run)
        letters = DeadLetters(settings.dead_letter_queue_url)
        return cls(ledger, executor, letters, (settings.may_update, settings.may_change_launch_templates))

    def handle(self, events: Sequence[UpdateEvent]) -> Sequence[UpdateEvent]:
        """Answer the events that must come again because something about their cluster failed."""
        now = clock.utc_now()
        releases, clusters = self.ledger.releases(), self.ledger.clusters()
        books = for_each_cluster(clusters.values(), lambda c: self.ledger.books(c.name), "cannot read the books")
        desk, unheard = self._hear([e for e in events if isinstance(e, Command)], clusters, books, now)
        concerning = {
            name: some
            for name, known in books.items()
            if (some := [e for e in events if _concerns(e, name, known, len(clusters))])
        }
        moving = {name for name, known in books.items() if known and is_moving(known.rollouts, known.updates)}
        of_all = Round(now, releases, desk, last_round(self.ledger.table) if moving else None)
        order = in_turn([name for name in concerning if books[name]], moving, now)
        done = for_each_cluster(
            in_time((clusters[name] for name in order), now, LATEST),
            lambda c: self._update(c, concerning[c.name], of_all),
            "cannot update the cluster",
        )
        undone = [*unheard, *(event for name, some in concerning.items() if not done.get(name) for event in some)]
        undone += [event for event in _unknown_releases(events, releases, now) if event not in undone]
        if desk:
            again = {id(event) for event in undone}
            desk.close([e for e in events if isinstance(e, Command) and desk.is_left(e) and id(e) not in again])
        return [event for event in undone if not _is_round(event)]

    def _hear(self, commands: Sequence[Command], *about: Any) -> tuple[Desk | None, Sequence[Command]]:
        """Who answers commands, where there are any, and those that could not be heard."""
        if not commands:
            return None, ()
        from ballast.shell.commands import hear  # noqa: PLC0415 - most rounds hear no command

        return hear(commands, self.ledger, *about, executor=self.executor)

    def _update(self, cluster: Cluster, events: Sequence[UpdateEvent], of_all: Round) -> bool:
        """One command after the other; without any, what goes on goes on."""
        from ballast.shell.update_look import FleetObserver  # noqa: PLC0415 - most rounds look at no fleet

        commands: list[Command | None] = [e for e in events if isinstance(e, Command) and of_all.is_left(e)]
        news = tuple(event.what for event in events if isinstance(event, Trouble))
        observer = FleetObserver(cluster, self.ledger, of_all.now, *self.rights, of_all.drains_seen_at)
        return all(
            until_not_raced([command], lambda told: self._step(observer, of_all, told, news))
            for command in commands or [None]
        )

    def _step(
        self, observer: FleetObserver, of_all: Round, told: Sequence[Command | None], news: tuple[str, ...]
    ) -> Sequence[Command | None] | None:
        """Look, decide, act for each fleet of the cluster; answer what was `told` if another function was faster."""
        books = self.ledger.books(observer.cluster.name)
        observer = replace(observer, cluster=as_kept(observer.cluster, books.pause, books.unread))
        commands = [command for command in told if command]
        idle = not (books.rollouts or books.updates or commands)
        if idle and observer.cluster.policy.updates.strategy is Strategy.OFF:
            return []
        from ballast.update.plan import plan_update  # noqa: PLC0415 - the same

        raced = False
        for fleet, rollout in observer.fleets(books, of_all.releases):
            ours = tuple(c for c in commands if c.concerns(fleet.variant, fleet.arch))
            seen = replace(fleet, commands=ours, news=news)
            plans = plan_update(seen, rollout, observer.now)
            result = self.executor.execute(plans)
            if of_all.desk and ours:
                of_all.desk.heard(ours[0], fleet, plans[0])
            if result.failed:
                return None
            raced = raced or 0 in result.given_up
        return told if raced else []


def _is_round(event: UpdateEvent) -> bool:
    """The minute's: the next one comes anyway, so it never comes again."""
    return isinstance(event, Look) and event.cluster is None and event.instance_id is None


def _concerns(event: UpdateEvent, cluster: str, books: Books | None, clusters: int) -> bool:
    """Without its books, whatever may concern the cluster does."""
    match event:
        case Look(at, None, None):
            return books is None or is_due(cluster, clusters, books.rollouts, books.updates, at)
        case Look(_, None, instance_id):
            return books is None or any(u.instance_id == instance_id and not u.settled for u in books.updates)
        case Look(_, name, _):
            return name == cluster and (books is None or bool(books.rollouts or books.updates))
        case ReleaseChanged():
            return True
        case Command(cluster=None):
            return books is None or bool(books.rollouts or books.updates)
        case Trouble() | Command():
            return event.cluster == cluster


def _unknown_releases(events: Sequence[UpdateEvent], releases: Releases, now: datetime) -> Iterator[ReleaseChanged]:
    """Announced before they are recorded, or read from the books too early: these come again.

    What stays unknown is refused: targets come from what watch_bottlerocket read itself.
    """
    for event in events:
        if isinstance(event, ReleaseChanged):
            known = releases.get((event.variant, event.arch))
            if known is None or not (known.version == event.version or _is_overtaken(event, known)):
                if abs(now - event.at) < RECORDED_WITHIN:
                    yield event
                else:
                    logger.warning("refused a release that AWS does not publish", event=event, known=known)


def _is_overtaken(event: ReleaseChanged, known: Release) -> bool:
    """A newer one is recorded by now, and not the one that this event says was taken back: nothing is left to wait for."""
    return newer(known.version, event.version) and known.version != event.recalled


@cache
def runtime() -> UpdateRuntime:
    """Made once for each execution environment; `runtime.cache_clear()` forgets it."""
    return UpdateRuntime.from_environment()
