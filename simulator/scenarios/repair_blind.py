"""For an hour ECS says that every agent is gone, while tasks run on: nothing is touched, one page, one all-clear."""

from __future__ import annotations

from simulator.scenarios.repair import RIGHTS, fleet
from simulator.stage import Scenario, Stage


def build(stage: Stage) -> None:
    fleet(stage, 10)
    stage.at(5, lambda: stage.world.blind_agents("prod", 60 * 60))


SCENARIO = Scenario("repair-blind", "For an hour every agent seems gone: nothing is touched", 100, build, RIGHTS)
