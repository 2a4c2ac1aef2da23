"""The imperative shell of watch_bottlerocket: what runs, what is published, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Self

from ballast import clock
from ballast.aws import ecs, ssm
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ledger import Ledger
from ballast.aws.ledger_items import Books
from ballast.errors import TransientError
from ballast.facts.running import Running
from ballast.facts.view import Cluster, ContainerInstance
from ballast.records.event import Sweep
from ballast.releases.plan import names_to_read, plan_releases
from ballast.shell.batch import for_each_cluster, in_time
from ballast.shell.execute import Executor
from ballast.shell.perform import performers
from ballast.shell.settings import WatchSettings
from ballast.telemetry import logger
from ballast.value import dataclass

# Two calls a cluster take 0.1 s and more, and then one is made for fifty hosts; the function may run for 50 s.
LATEST = timedelta(seconds=22)
STEP = 61  # clusters, fewer than a check has time for


@dataclass(frozen=True, slots=True)
class ReleasesRuntime:
    """Wired once for each execution environment. It only tells, so it knows no dry run."""

    ledger: Ledger
    executor: Executor
    dead_letters: DeadLetters

    @classmethod
    def from_environment(cls) -> Self:
        settings = WatchSettings.from_environment()
        ledger = Ledger(settings.ledger_table)
        return cls(ledger, Executor(performers(ledger), dry_run=False), DeadLetters(settings.dead_letter_queue_url))

    def handle(self, checks: Sequence[Sweep]) -> Sequence[Sweep]:
        """Answer the checks that must come again, as something could not be read or told.

        Of many clusters a check looks into as many as it has time for, 200 or so; the next one begins with others.
        """
        now = clock.utc_now()
        clusters = self.ledger.clusters()
        turns = (clusters[name] for name in _in_turn(clusters, now))
        seen = for_each_cluster(in_time(turns, now, LATEST), self._look, "cannot look into the cluster")
        hosts = [(clusters[name], i) for name, look in seen.items() if look for i in look[1] if i.variant and i.arch]
        watches = [watch for look in seen.values() if look for watch in look[0].watches]
        failed = [name for name, look in seen.items() if look is None]
        unseen = [*failed, *sorted(clusters.keys() - seen.keys())]
        updates = [update for look in seen.values() if look for update in look[0].updates]
        running = self._running(hosts, {u.instance_id: u.target for u in updates if u.owes or not u.settled})
        releases, unread = self.ledger.all_releases()
        known = {(release.variant, release.arch): release for release in releases}
        plans = plan_releases(self._published(names_to_read(running)), known, running, watches, now, unseen=unseen)
        if unread:
            from ballast.drain.unread import plan_replaced  # noqa: PLC0415 - seldom, if ever

            self.executor.execute(tuple(plan_replaced(one, now) for one in unread))
        return checks if self.executor.execute(plans).failed or failed else []

    def _look(self, cluster: Cluster) -> tuple[Books, Sequence[ContainerInstance]]:
        listed = ecs.list_records(cluster.name)
        if not listed.complete:
            raise TransientError(f"ECS does not describe all container instances of {cluster.name}.")
        return self.ledger.books(cluster.name), listed.instances

    def _published(self, names: Sequence[str]) -> Mapping[str, str]:
        values = ssm.public_parameters(names)
        if missing := sorted(set(names) - values.keys()):
            logger.warning("AWS publishes no such parameters", names=missing)
        return values

    def _running(self, hosts: Sequence[tuple[Cluster, ContainerInstance]], staged: Mapping[str, str]) -> list[Running]:
        known = ssm.instance_information(i.instance_id for _, i in hosts) if hosts else {}
        return [
            Running(
                cluster,
                i.instance_id,
                (i.variant or "", i.arch or ""),
                known[i.instance_id].version if i.instance_id in known else None,
                staged.get(i.instance_id),
            )
            for cluster, i in hosts
            if not cluster.managed_by_ecs(i)
        ]


def _in_turn(names: Iterable[str], at: datetime) -> Sequence[str]:
    """Each hour begins with others, and so that none is left out for more than a few."""
    ordered = sorted(names)
    first = int(at.timestamp() // 3600) * STEP % len(ordered) if ordered else 0
    return (*ordered[first:], *ordered[:first])


@cache
def runtime() -> ReleasesRuntime:
    """Made once for each execution environment; `runtime.cache_clear()` forgets it."""
    return ReleasesRuntime.from_environment()
