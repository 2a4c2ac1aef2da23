"""A zone cannot be reached for an hour, and its group keeps what is unhealthy: nothing is repaired there."""

from __future__ import annotations

from simulator.scenarios.repair import RIGHTS, fleet
from simulator.stage import Scenario, Stage

ZONE = "us-east-1b"


def build(stage: Stage) -> None:
    fleet(stage, 12)
    world = stage.world
    world.suspend_processes("web", "ReplaceUnhealthy")
    stage.at(5, lambda: world.lose_zone(ZONE, "unreachable"))
    stage.at(65, lambda: world.restore_zone(ZONE))


SCENARIO = Scenario(
    "repair-zone", "A zone cannot be reached for an hour: nothing is repaired there", 100, build, RIGHTS
)
