"""What is paid for instances that something holds, by reason: as Ballast itself would explain it now."""

from __future__ import annotations

from collections import Counter

from ballast.aws.ledger import Ledger
from ballast.policy.policy import Policy
from ballast.policy.rebalance_settings import Asked
from ballast.policy.rebalancing import Rebalance
from ballast.rebalance.explain import MICRO, Kind, explain
from ballast.rebalance.ground import Ground
from ballast.rebalance.round import decide
from ballast.shell.rebalance_books import turn_of
from ballast.shell.rebalance_look import RebalanceObserver
from ballast.shell.rebalance_turn import snapshot_of
from simulator.delivery.faults import Faults
from simulator.stage import Stage

UNDISTURBED = Faults(enforces_rate_buckets=False)  # it is the simulator that asks, and all of it in one moment


def blocked_of(stage: Stage) -> dict[str, float]:
    """In USD an hour, the largest first. It looks at the world as the function does."""
    table, now = stage.deployment.stack.names.physical("Ledger"), stage.clock.utc
    budget = stage.scenario.parameters.get("DisruptionBudget", Policy().budget)
    ledger, found = Ledger(table, Policy(budget=budget)), Counter[str]()
    looks = RebalanceObserver(ledger, stage.world.region)
    faults, stage.deployment.faults = stage.deployment.faults, UNDISTURBED
    for cluster in ledger.clusters().values():
        turn = turn_of(ledger, cluster, Asked(), Rebalance.ON, ())
        ground = Ground(snapshot_of(looks, turn, now), turn.asked.policy, now)
        for row in explain(ground, decide(ground)).rows:
            if row.kind is Kind.BLOCKED and row.why and row.micro_usd_per_hour:
                found[str(row.why)] += row.micro_usd_per_hour
    stage.deployment.faults = faults
    return {why: round(micro / MICRO, 4) for why, micro in found.most_common()}
