"""The minute's round: see which clusters there are, and have those swept whose turn it is or where something is going on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from ballast.aws import asked_groups
from ballast.aws.ledger import Ledger
from ballast.aws.rounds import note_round
from ballast.aws.sweep_queue import SweepQueue
from ballast.drain.cadence import delay_s, minute_of, turns
from ballast.drain.doubtful import plan_doubtful
from ballast.drain.unread import is_told, plan_replaced
from ballast.errors import BallastError
from ballast.facts.view import Cluster
from ballast.plans.plan import Plan
from ballast.records.event import Sweep
from ballast.records.watch import WatchKind
from ballast.shell.batch import each_alone
from ballast.shell.drain_sweep import sweep_cluster
from ballast.shell.execute import Executor
from ballast.shell.policy_settings import DrainSettings
from ballast.shell.registry import Registry, refresh_registry
from ballast.shell.sweep_tools import tools_of
from ballast.telemetry import logger

# These are looked at by others, or ask for nothing by themselves.
NOT_THE_SWEEPS = frozenset(
    {
        WatchKind.END_OF_LIFE,
        WatchKind.UNKNOWN_RELEASE,
        WatchKind.FLEET_SIZE,
        WatchKind.PAUSED,
        WatchKind.UNREADABLE_ITEM,
        WatchKind.LAUNCHES_FAIL,
    }
)


def run_sweeps(
    sweeps: Iterable[Sweep], ledger: Ledger, executor: Executor, settings: DrainSettings, now: datetime
) -> None:
    """Of all clusters, or of one. None of them comes again: the next minute does."""
    tools = tools_of(settings, ledger, executor)
    for sweep in sweeps:
        if sweep.cluster is None:
            registry, alone = start_sweeps(
                ledger, SweepQueue(settings.sweep_queue_url), settings.managed_clusters, sweep.at, now
            )
            each_alone(
                registry.unread, lambda one: executor.execute((plan_replaced(one, now),)), "cannot tell of an item"
            )
            each_alone(registry.doubtful, lambda c: executor.execute(_doubt(ledger, c, now)), "cannot tell of a tag")
            if alone is not None:
                sweep_cluster(alone, tools, sweep.at, now)
        else:
            sweep_cluster(sweep.cluster, tools, sweep.at, now)


def _doubt(ledger: Ledger, cluster: Cluster, now: datetime) -> tuple[Plan, ...]:
    return tuple(plan_doubtful(cluster, ledger.open(cluster.name)[1], now))


def start_sweeps(
    ledger: Ledger, sweeps: SweepQueue, names: Sequence[str], at: datetime, now: datetime
) -> tuple[Registry, str | None]:
    """Send one message a cluster, spread over the minute; `at` is the time of the schedule's event.

    A cluster whose turn is this minute's only one is answered instead: in this run it takes time from no other.
    Raises what makes all of it fail, so that the function's errors are counted and its alarm rings.
    """
    registry = refresh_registry(ledger, names, now)
    due, others = turns(registry.clusters.values(), at)
    busy = _busy(ledger, others, registry.changed, at)
    chosen = [*busy, *(cluster.name for cluster in due)]
    logger.info("sweeps", clusters=len(registry.clusters), busy=len(busy), due=len(due))
    alone = chosen[0] if len(chosen) == 1 else None
    if alone is None:
        sweeps.send({name: delay_s(n, len(chosen)) for n, name in enumerate(chosen)}, at)
    note_round(ledger.table, now)  # the last thing, so that it says that all of this works
    return registry, alone


def _busy(ledger: Ledger, idle: Iterable[Cluster], changed: frozenset[str], at: datetime) -> list[str]:
    """Names of those that cannot wait for their turn."""
    idle = list(idle)
    unsettled = asked_groups.unsettled((group for cluster in idle for group in cluster.groups), minute_of(at))
    return [c.name for c in idle if c.name in changed or unsettled & set(c.groups) or _has_work(ledger, c.name)]


def _has_work(ledger: Ledger, name: str) -> bool:
    """One query of the ledger, which is cheaper than any question to ECS. Unsure counts as yes."""
    try:
        books = ledger.books(name)
    except BallastError:
        logger.exception("cannot read the books", cluster=name)
        return True
    untold = any(not is_told(unread, books.watches) for unread in books.unread)
    return bool(books.disruptions) or untold or any(watch.kind not in NOT_THE_SWEEPS for watch in books.watches)
