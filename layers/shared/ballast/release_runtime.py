"""The imperative shell of watch_bottlerocket: what runs, what is published, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Self

from ballast import clock
from ballast.aws import ecs, ssm
from ballast.aws.dead_letters import DeadLetters
from ballast.aws.ledger import Ledger
from ballast.disruption import Watch
from ballast.executing import Executor
from ballast.model import Cluster, ContainerInstance
from ballast.settings import WatchSettings
from ballast.telemetry import logger
from ballast.updating.events import Look
from ballast.updating.releases import Running, parameter_names, plan_releases


@dataclass(frozen=True, slots=True)
class ReleaseRuntime:
    """Wired once for each execution environment. It only tells, so it knows no dry run."""

    ledger: Ledger
    executor: Executor
    dead_letters: DeadLetters

    @classmethod
    def from_environment(cls) -> Self:
        settings = WatchSettings.from_environment()
        ledger = Ledger(settings.ledger_table)
        return cls(ledger, Executor(ledger, dry_run=False), DeadLetters(settings.dead_letter_queue_url))

    def handle(self, checks: Sequence[Look]) -> Sequence[Look]:
        """Answer the checks that must come again, as something could not be read or told."""
        now = clock.utc_now()
        hosts: list[tuple[Cluster, ContainerInstance]] = []
        watches: list[Watch] = []
        complete = True
        for cluster in self.ledger.clusters().values():
            try:
                hosts += [(cluster, i) for i in ecs.list_instances(cluster.name) if i.variant and i.arch]
                watches += self.ledger.books(cluster.name).watches
            except Exception:  # noqa: BLE001 - one cluster in trouble must not hold up the others
                logger.exception("cannot look into the cluster", cluster=cluster.name)
                complete = False
        running = self._running(hosts)
        names = [name for kind in sorted({host.kind for host in running}) for name in parameter_names(kind)]
        plans = plan_releases(ssm.public_parameters(names), self.ledger.releases(), running, watches, now)
        complete = not self.executor.execute(plans).failed and complete
        return [] if complete else checks

    def _running(self, hosts: Sequence[tuple[Cluster, ContainerInstance]]) -> list[Running]:
        known = ssm.instance_information(i.instance_id for _, i in hosts) if hosts else {}
        return [
            Running(
                cluster,
                i.instance_id,
                (i.variant or "", i.arch or ""),
                known[i.instance_id].version if i.instance_id in known else None,
            )
            for cluster, i in hosts
            if not cluster.managed_by_ecs(i)
        ]


@cache
def release_runtime() -> ReleaseRuntime:
    """Made once for each execution environment; `release_runtime.cache_clear()` forgets it."""
    return ReleaseRuntime.from_environment()
