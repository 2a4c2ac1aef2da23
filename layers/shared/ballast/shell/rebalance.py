"""The imperative shell of rebalance_capacity: whose turn it is, and one round after the other. `rebalance_round` is the round.

A cluster is planned every five minutes, each in its own minute, soonest whose last turn is longest ago; and when something is
heard of it, but not all the time. What is under way takes its next step each minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from ballast import clock
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ledger import Ledger
from ballast.drain.cadence import is_turn
from ballast.errors import TransientError
from ballast.facts.view import Cluster
from ballast.policy.policy import defaults_from
from ballast.policy.rebalance_settings import Asked, asked_of, rebalance_defaults
from ballast.policy.rebalancing import Rebalance
from ballast.rebalance.events import Drained, Look, Minute, NotLaunched, RebalanceEvent
from ballast.rebalance.launching import Refused
from ballast.rebalance.parse import parse
from ballast.records.disruption import INSTANCE_DRAINED
from ballast.shell.batch import for_each_cluster
from ballast.shell.capacity_settings import CapacitySettings
from ballast.shell.execute import Executor
from ballast.shell.perform import performers
from ballast.shell.perform_rebalance import rebalance_performers
from ballast.shell.rebalance_books import Turn, turn_of
from ballast.telemetry import logger
from ballast.value import dataclass

if TYPE_CHECKING:
    from ballast.shell.rebalance_turn import Means

EVERY = timedelta(minutes=4, seconds=30)  # between two planning rounds of a cluster; the schedule comes each minute
OFF_EVERY_MINUTES = 5  # a cluster in which all is off
HINTED = timedelta(seconds=45)  # however many events there are
REFUSED = timedelta(seconds=5)  # a launch that failed is asked for elsewhere at once; a group tells it once a minute
REPORTS_BEFORE = timedelta(seconds=10)  # what a large cluster costs takes a good while to work out
LATEST = timedelta(seconds=20)  # after which no further cluster is begun; the function may run for 50 s


@dataclass(frozen=True, slots=True)
class RebalanceRuntime:
    """Wired once for each execution environment."""

    ledger: Ledger
    executor: Executor
    refused: list[Refused]
    dead_letters: DeadLetters
    region: str
    asked: Asked
    may: Rebalance

    @classmethod
    def from_environment(cls) -> Self:
        settings = CapacitySettings.from_environment()
        ledger = Ledger(settings.ledger_table, defaults_from(settings.policy))
        refused: list[Refused] = []
        executor = Executor((*performers(ledger), *rebalance_performers(ledger, refused)), settings.dry_run)
        letters = DeadLetters(settings.dead_letter_queue_url)
        asked = rebalance_defaults(settings.rebalancing)
        return cls(ledger, executor, refused, letters, settings.aws_region, asked, settings.may_rebalance)

    def parse(self, event: Mapping[str, Any]) -> RebalanceEvent | None:
        """As `rebalance.parse`; None for what is said in our name and nobody vouches for: a minute later it is found anyway."""
        read = parse(event)
        if event["detail-type"] == INSTANCE_DRAINED and self._is_forged(event):
            logger.warning("not signed by this stack, so left to the sweep", event=read)
            return None
        return read

    def _is_forged(self, event: Mapping[str, Any]) -> bool:
        from ballast.aws.seal import Seal  # noqa: PLC0415 - most batches bring no such event

        try:
            return Seal(self.ledger.table).verifies(event["detail-type"], event["detail"]) is False
        except TransientError:
            return False

    def handle(self, events: Sequence[RebalanceEvent]) -> Sequence[RebalanceEvent]:
        """Answer the events that must come again because something about their cluster failed."""
        now = clock.utc_now()
        clusters = self.ledger.clusters()
        heard = {
            name: some
            for name, c in clusters.items()
            if (some := [e for e in events if _concerns(e, c) and not _is_quiet(self.asked, c, e)])
        }
        turns = for_each_cluster(
            (clusters[name] for name in heard),
            lambda c: turn_of(self.ledger, c, self.asked, self.may, heard[c.name]),
            "cannot read the books",
        )
        for turn in turns.values():
            if turn and turn.asked.policy.rebalance is Rebalance.OFF and turn.own.told:
                from ballast.shell.rebalance_turn import switch_off  # noqa: PLC0415 - a start that only reads the books

                switch_off(self.executor, turn, now)
        due = [turn for known in turns.values() if known and (turn := _in_turn(known, now))]
        done: dict[str, bool | None] = {name: turn is not None for name, turn in turns.items()}
        for turn in sorted(due, key=lambda t: (not t.is_under_way, t.planned_at.timestamp() if t.planned_at else 0.0)):
            if clock.utc_now() - now >= LATEST:
                logger.info("no time for more clusters in this round", next=turn.name)
                break
            done |= for_each_cluster([turn], self._play, "cannot rebalance the cluster")
        if any(isinstance(event, Minute) for event in events) and clock.utc_now() - now < REPORTS_BEFORE:
            self._report([turn for turn in turns.values() if turn and turn.reports(now)])
        again = [event for name, some in heard.items() if not done.get(name) for event in some]
        return [event for event in events if event in again and isinstance(event, NotLaunched)]

    def _play(self, turn: Turn) -> bool:
        from ballast.shell.rebalance_turn import play  # noqa: PLC0415 - most minutes are nobody's turn

        return play(self._means(), turn)

    def _report(self, due: Sequence[Turn]) -> None:
        """One a minute, that which waits longest; the round before may have changed what is remembered of it."""
        for each in sorted(due, key=lambda t: t.reported_at.timestamp() if t.reported_at else 0.0)[:1]:
            for_each_cluster([each], self._report_of, "cannot report what the capacity costs")

    def _report_of(self, turn: Turn) -> None:
        from ballast.shell.rebalance_report import report  # noqa: PLC0415 - once a day and cluster

        if cluster := self.ledger.cluster(turn.name):
            report(self._means(), turn_of(self.ledger, cluster, self.asked, self.may, ()))

    def _means(self) -> Means:
        from ballast.shell.rebalance_look import RebalanceObserver  # noqa: PLC0415 - most rounds look at nothing
        from ballast.shell.rebalance_turn import Means  # noqa: PLC0415 - the same

        return Means(self.ledger, self.executor, self.refused, RebalanceObserver(self.ledger, self.region))


def _concerns(event: RebalanceEvent, cluster: Cluster) -> bool:
    match event:
        case Minute():
            return True
        case Drained(_, name):
            return name == cluster.name
        case Look(_, name, group):
            return name == cluster.name or group in cluster.groups
        case NotLaunched(failure):
            return failure.group in cluster.groups


def _is_quiet(asked: Asked, cluster: Cluster, event: RebalanceEvent) -> bool:
    """Where all is off something may be under way still, and nothing of it is urgent."""
    if not isinstance(event, Minute) or is_turn(cluster.name, event.at, OFF_EVERY_MINUTES):
        return False
    return asked_of(asked, cluster.tags).policy.rebalance is Rebalance.OFF


def _in_turn(turn: Turn, now: datetime) -> Turn | None:
    """With whether anything may begin; None where nothing is to be done now."""
    since = now - turn.planned_at if turn.planned_at else EVERY
    failed = turn.asked.launches and any(isinstance(event, NotLaunched) for event in turn.events)
    hinted = failed or any(isinstance(event, Look) for event in turn.events)
    least = REFUSED if failed else HINTED if hinted else EVERY
    plans = turn.asked.policy.rebalance is not Rebalance.OFF and since >= least
    if not plans and not turn.is_under_way and not failed:
        return None
    return replace(turn, plans=plans)


@cache
def runtime() -> RebalanceRuntime:
    """Made once for each execution environment; `runtime.cache_clear()` forgets it."""
    return RebalanceRuntime.from_environment()
