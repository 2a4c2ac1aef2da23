"""Who plays the same days? Each with the layout that its operator would choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from ballast.packing.model import Shape
from benchmarks.rebalance.day import Layout, lay_out
from benchmarks.rebalance.meter import Meter, Outcome
from benchmarks.rebalance.mixes import Mix
from benchmarks.rebalance.peers.cluster_autoscaler import ClusterAutoscaler
from benchmarks.rebalance.peers.hands import start
from benchmarks.rebalance.peers.karpenter import Karpenter
from benchmarks.rebalance.peers.ocean import Ocean
from simulator.clock import Clock
from simulator.stage import Scenario, Stage
from simulator.world import World

type Begin = Callable[[World, Mix, Sequence[Shape]], None]
HOURS = 24.0


@dataclass(frozen=True, slots=True)
class Contender:
    """`begin` starts its program, if it has one. `parameters`: Ballast is deployed, with these."""

    name: str
    layout: Layout
    begin: Begin | None = None
    parameters: Mapping[str, str] | None = None


def _karpenter(*, balanced: bool) -> Begin:
    return lambda world, mix, shapes: start(world, Karpenter(world, mix, shapes, balanced).program())


ON = {
    "Rebalance": "on",
    "RebalanceScaleOut": "on",
    "RebalanceConsolidate": "on",
    "RebalanceReplace": "on",
    "DisruptionBudget": "10%",
}
ECS_ALONE = Contender("ECS alone", Layout(pinned=True, ecs_scales=100))
BALLAST = Contender("Ballast", Layout(), parameters=ON)
WITH_ROOM = Contender(
    "Ballast, 5 % headroom", Layout(), parameters=ON | {"RebalanceHeadroom": "on", "RebalanceSparePercent": "5"}
)
KARPENTER = Contender("Karpenter", Layout(), _karpenter(balanced=False))
BALANCED = Contender("Karpenter Balanced", Layout(), _karpenter(balanced=True))
AUTOSCALER = Contender("Cluster Autoscaler", Layout(), lambda *seen: start(seen[0], ClusterAutoscaler(*seen).program()))
OCEAN = Contender("Ocean", Layout(), lambda *seen: start(seen[0], Ocean(*seen).program()))
OURS = BALLAST.name
CONTENDERS = (BALLAST, WITH_ROOM, ECS_ALONE, KARPENTER, BALANCED, AUTOSCALER, OCEAN)


def play(contender: Contender, mix: Mix, seed: int, hours: float = HOURS) -> Outcome:
    if contender.parameters is not None:
        return _deployed(contender, mix, seed, hours)
    world = World(Clock(), Random(seed))
    day = lay_out(world, mix, seed, contender.layout)
    meter = Meter(world, mix, day)
    if contender.begin:
        contender.begin(world, mix, [load.shape for load in day])
    world.clock.run_until(hours * 3600)
    return meter.outcome()


def _deployed(contender: Contender, mix: Mix, seed: int, hours: float) -> Outcome:
    """The real functions, behind the simulated AWS."""
    meters: list[Meter] = []

    def build(world: World) -> None:
        meters.append(Meter(world, mix, lay_out(world, mix, seed, contender.layout)))

    in_a_world(build, seed, hours, contender.parameters)
    return meters[0].outcome()


def in_a_world(build: Callable[[World], None], seed: int, hours: float, parameters: Mapping[str, str] | None) -> World:
    """Played to its end, with Ballast deployed if there are parameters."""
    if parameters is None:
        world = World(Clock(), Random(seed))
        build(world)
        world.clock.run_until(hours * 3600)
        return world
    scenario = Scenario("bench", "bench", hours * 60, lambda stage: build(stage.world), parameters)
    with Stage(scenario, seed) as stage:
        stage.play()
    return stage.world
