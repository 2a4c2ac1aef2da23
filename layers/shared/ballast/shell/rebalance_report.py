"""Once a day and cluster: what the capacity costs, and why so much. In a turn of its own, as it takes a large cluster seconds."""

from __future__ import annotations

from ballast import clock
from ballast.plans.plan import Plan
from ballast.rebalance.explain import explain
from ballast.rebalance.ground import Ground
from ballast.rebalance.report import daily, metrics
from ballast.rebalance.round import decide
from ballast.records.rebalancing import DAILY, Tally
from ballast.shell.rebalance_books import Turn
from ballast.shell.rebalance_turn import Means, claimed, snapshot_of
from ballast.telemetry import gauge


def report(means: Means, turn: Turn) -> None:
    """Noted first, so that it is told once, whatever becomes of it."""
    now = clock.utc_now()
    told = turn.own.told.told if turn.own.told else {}
    if claimed(means.ledger, turn, told={**told, DAILY: now}) is None:
        return
    policy, cluster = turn.asked.policy, turn.cluster
    ground = Ground(snapshot_of(means.looks, turn, now), policy, now)
    decided = decide(ground)
    found = explain(ground, decided)
    for each in metrics(found, cluster.name):
        gauge(each.name, each.value, **each.beside)
    instances, dry_run = len(ground.snapshot.instances), means.executor.dry_run
    actions = daily(
        found, decided, turn.own.tally, cluster, now, mode=policy.rebalance, instances=instances, dry_run=dry_run
    )
    means.executor.execute([Plan("what the capacity costs", actions)])
    known = turn.own.tally
    if known is not None and not dry_run:
        means.ledger.write(known, Tally(cluster.name, now, revision=known.revision + 1))
