"""On the same states: what does a round of Ballast save for each task that it moves, and what does Karpenter's Balanced?

The states are those of a day that Cluster Autoscaler leaves behind, every two hours; services are in peace. Both may give
back a tenth of the instances, and Balanced gives one command after the other until it finds none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from ballast.facts.capacity import GroupCapacity
from ballast.facts.demands import Demands
from ballast.facts.task import Service, Task, TaskKind
from ballast.facts.view import Cluster, ContainerInstance, InstanceStatus
from ballast.packing.model import Pool, Shape
from ballast.policy.rebalancing import Rebalance, RebalancePolicy
from ballast.rebalance.acts import GiveBack, Launch
from ballast.rebalance.round import plan_round
from ballast.rebalance.snapshot import Budget, Group, Instance, Market, Offer, Price, Snapshot, Workload
from benchmarks.packing.karpenter import KarpenterFleet
from benchmarks.rebalance.contenders import AUTOSCALER
from benchmarks.rebalance.day import CLUSTER, lay_out
from benchmarks.rebalance.mixes import MIXES, Mix, pools
from benchmarks.rebalance.peers.karpenter import balanced
from benchmarks.rebalance.peers.picture import Picture, Seen
from benchmarks.tables import Measure, show
from simulator.clock import Clock
from simulator.world import World

EVERY_H, HOURS = 2, 24
BUDGET = 0.1
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)
POLICY = RebalancePolicy(rebalance=Rebalance.ON, consolidate=True, replace=True)


@dataclass(frozen=True, slots=True)
class Won:
    usd_per_hour: float = 0.0
    moves: int = 0

    @property
    def per_move(self) -> float | None:
        return self.usd_per_hour / self.moves if self.moves else None

    def plus(self, other: Won) -> Won:
        return Won(self.usd_per_hour + other.usd_per_hour, self.moves + other.moves)


def table(*, quick: bool) -> bool:
    measures = []
    for mix in list(MIXES.values())[: 1 if quick else None]:
        ours, theirs = compared(mix, hours=4 if quick else HOURS)
        least = theirs.per_move or 0.0
        measures += [
            Measure(
                f"{mix.name}: moved for each USD/h saved [tasks]",
                1 / ours.per_move if ours.per_move else None,
                {"Balanced": 1 / least if least else None},
                most=1 / least if least and ours.moves else None,
            ),
            Measure(f"{mix.name}: saved in all [USD/h]", ours.usd_per_hour, {"Balanced": theirs.usd_per_hour}),
        ]
    notes = ("Of 12 states of a day that Cluster Autoscaler left, a tenth of the instances at most.",)
    return show("Saving and moves on the same states", measures, ours="Ballast", notes=notes)


def compared(mix: Mix, hours: int = HOURS, seed: int = 1) -> tuple[Won, Won]:
    world = World(Clock(), Random(seed))
    shapes = [load.shape for load in lay_out(world, mix, seed, AUTOSCALER.layout)]
    if AUTOSCALER.begin:
        AUTOSCALER.begin(world, mix, shapes)
    ours, theirs = Won(), Won()
    for hour in range(EVERY_H, hours + 1, EVERY_H):
        world.clock.run_until(hour * 3600)
        picture = Picture(world, mix, shapes)
        ours = ours.plus(of_ballast(picture))
        theirs = theirs.plus(of_balanced(picture))
    return ours, theirs


def of_balanced(picture: Picture) -> Won:
    fleet = KarpenterFleet(picture.packing_nodes(), picture.shapes, pools(picture.mix.types))
    left, won = _allowed(picture), Won()
    while left > 0 and (command := fleet.command(left, approves=balanced(fleet))):
        won = won.plus(Won(fleet.saving(command), fleet.moves(command)))
        fleet.apply(command)
        left -= len(command.candidates)
    return won


def of_ballast(picture: Picture) -> Won:
    won = Won()
    for act in plan_round(snapshot(picture), POLICY, NOW).acts:
        moves = (act.move,) if isinstance(act, GiveBack) else act.moves if isinstance(act, Launch) else ()
        for move in moves:
            won = won.plus(Won(move.saving_usd_per_hour, move.tasks))
    return won


def snapshot(picture: Picture) -> Snapshot:
    """The ready instances with their tasks, each there for a day, and services that have what they want."""
    ready = [node for node in picture.nodes if node.ready]
    likes = {shape.name: _like(shape) for shape in picture.shapes}
    running = Counter[str]()
    for node in ready:
        running.update(node.load)
    offers = pools(picture.mix.types)
    return Snapshot(
        Cluster(CLUSTER, picture.world.clusters[CLUSTER].arn),
        groups=tuple(_group(pool, ready) for pool in offers),
        instances=tuple(_instance(node, likes) for node in ready),
        services={
            name: Workload(Service(name, n, n, 0), likes[name], peak=n) for name, n in sorted(running.items()) if n
        },
        prices=tuple(Price(pool.name, Market.ON_DEMAND, pool.price_usd_per_hour) for pool in offers),
        budget=Budget(_allowed(picture), 0),
    )


def _allowed(picture: Picture) -> int:
    return -int(-BUDGET * sum(node.ready for node in picture.nodes) // 1)


def _like(shape: Shape) -> Task:
    needs = shape.requirements
    ports = frozenset(int(name.rpartition(":")[2]) for name in needs if name.startswith("port:"))
    demands = Demands(gpus=needs.get("gpu", 0), own_interface=bool(needs.get("eni")))
    return Task(
        "", f"service:{shape.name}", TaskKind.SERVICE, "RUNNING", needs["cpu"], needs["memory"],
        host_ports=ports, definition=f"{shape.name}:1", demands=demands,
    )  # fmt: skip


def _group(pool: Pool, ready: Sequence[Seen]) -> Group:
    ids = frozenset(node.id for node in ready if node.pool == pool.name)
    seen = GroupCapacity(pool.name, len(ids), ids, zones=frozenset({"a", "b", "c"}))
    return Group(seen, 0, 200, (Offer(pool.instance_type, pool.capacity),), desired_since=LONG_AGO)


def _instance(node: Seen, likes: dict[str, Task]) -> Instance:
    if node.host is None:
        raise ValueError(f"{node.id} has not joined")
    host, instance = node.host, node.host.instance
    tasks = tuple(likes[name] for name, copies in sorted(node.load.items()) for _ in range(copies))
    record = ContainerInstance(
        host.arn, CLUSTER, node.id, InstanceStatus.ACTIVE, agent_connected=True,
        running_tasks=len(tasks), pending_tasks=0, free_cpu_units=host.free_cpu, free_memory_mib=host.free_memory_mib,
        free_gpus=host.free_gpus, ports_in_use=frozenset(host.ports), registered_at=LONG_AGO,
        attributes={"ecs.availability-zone": instance.zone[-1]},
    )  # fmt: skip
    return Instance(record, node.pool, instance.zone[-1], node.pool, tasks=tasks, interfaces=instance.shape.task_enis)
