"""An agent is away for eight minutes: nothing is done about it."""

from __future__ import annotations

from simulator.scenarios.repair import RIGHTS, fleet
from simulator.stage import Scenario, Stage


def build(stage: Stage) -> None:
    fleet(stage)
    blips = stage.instances("web")[0]
    stage.at(5, lambda: stage.world.disconnect_agent(blips, for_s=8 * 60))


SCENARIO = Scenario("repair-blip", "An agent is away for eight minutes: nothing is done", 30, build, RIGHTS)
