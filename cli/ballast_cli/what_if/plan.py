"""What does rebalancing see of the world, and what does it decide at once? By its own observer, planner and explanation.

Everything is asked first that it otherwise asks a part of in each round, as if it had run for a while; the function is then
given what was learned.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from ballast import clock
from ballast.aws import placements, price_list
from ballast.aws.capacity_hosts import hosts_of
from ballast.aws.task_copies import NEW_MOST, copies_of
from ballast.rebalance.acts import Round
from ballast.rebalance.explain import Explanation, explain
from ballast.rebalance.ground import Ground
from ballast.rebalance.round import decide
from ballast.rebalance.snapshot import Snapshot
from ballast.shell.rebalance import RebalanceRuntime
from ballast.shell.rebalance_books import Turn, turn_of
from ballast.shell.rebalance_look import RebalanceObserver
from ballast.shell.rebalance_turn import snapshot_of
from ballast.shell.registry import look_up_parts, refresh_registry
from simulator.stage import Stage

FUNCTION = "RebalanceCapacity"


@dataclass(frozen=True, slots=True)
class Planned:
    """`memory`: what an environment of the function would have kept by now."""

    ground: Ground
    decided: Round
    explanation: Explanation
    turn: Turn
    memory: dict[str, dict[Any, Any]]


def plan(stage: Stage) -> Planned:
    """At the present moment of the stage, without its clock going on."""
    memory: dict[str, dict[Any, Any]] = {}
    with _at_once(stage):
        stage.deployment.process.enter(stage.deployment.functions[FUNCTION].spec, memory)
        runtime, now = RebalanceRuntime.from_environment(), clock.utc_now()
        [cluster] = refresh_registry(runtime.ledger, (), now).clusters.values()
        cluster = look_up_parts(runtime.ledger, cluster, now).cluster
        turn = turn_of(runtime.ledger, runtime.ledger.with_policy(cluster), runtime.asked, runtime.may, ())
        _learn(stage, turn)
        snapshot = snapshot_of(RebalanceObserver(runtime.ledger, runtime.region), turn, now)
        ground = Ground(snapshot, turn.asked.policy, now)
        decided = decide(ground)
        return Planned(ground, decided, explain(ground, decided), turn, memory)


def snapshot(stage: Stage) -> Snapshot:
    """What it sees, for whoever compares two worlds."""
    return plan(stage).ground.snapshot


@contextmanager
def _at_once(stage: Stage) -> Iterator[None]:
    """Without throttling: who has run for a while has asked all this little by little."""
    faults = stage.deployment.faults
    stage.deployment.faults = replace(faults, enforces_rate_buckets=False)
    try:
        yield
    finally:
        stage.deployment.faults = faults


def _learn(stage: Stage, turn: Turn) -> None:
    """Tasks, task definitions and prices, of all instances."""
    cluster, now = turn.cluster, clock.utc_now()
    hosts = hosts_of(cluster.name)
    placements.ask(cluster.name, {h.record.arn: h.version for h in hosts}, cluster.daemon_services, now)
    world = stage.world
    definitions = sorted({f"{s.spec.definition}" for s in world.clusters[cluster.name].services.values()})
    account = f"arn:aws:ecs:{world.region}:{world.account_id}:task-definition/"
    for number in range(0, len(definitions), NEW_MOST):
        copies_of(account + name for name in definitions[number : number + NEW_MOST])
    names = sorted({i.shape.instance_type for i in world.ec2.instances.values()} | {
        shape.instance_type for group in world.groups.groups.values() for shape in group.shapes
    })  # fmt: skip
    for number in range(0, len(names), price_list.MOST):
        price_list.on_demand(names[number : number + price_list.MOST], world.region, now)
