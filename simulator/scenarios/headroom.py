"""Room is kept for four more tasks: a step of load starts at once, where without it tasks wait for an instance to boot."""

from __future__ import annotations

from simulator.moves import SPARE
from simulator.scenarios.rebalance import ON, RIGHTS
from simulator.stage import Scenario, Stage

COPIES, STEP = 4, 4


def build(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", ON | {SPARE: f"{COPIES} x api"})
    world.add_group("web", "prod", desired=5, maximum=12, capacity_provider="web")
    world.add_service("prod", "log-agent", daemon=True, cpu=64, memory_mib=128)
    world.add_service("prod", "api", desired=14, cpu=1024, memory_mib=2048, capacity_providers=["web"], binpack=True)
    world.age_group("web")
    stage.at(25, lambda: world.step_service("prod", "api", STEP))
    stage.at(50, lambda: world.step_service("prod", "api", STEP))


SCENARIO = Scenario(
    "headroom", "Room for four more tasks is kept: a step of load waits for no instance", 75, build, RIGHTS
)
