"""The lost host also fails its status checks, so Auto Scaling replaces it while Ballast does: it goes once."""

from __future__ import annotations

from simulator.scenarios.repair import RIGHTS, fleet
from simulator.stage import Scenario, Stage


def build(stage: Stage) -> None:
    fleet(stage, 4)
    world = stage.world
    lost = stage.instances("web")[0]
    stage.at(5, lambda: world.disconnect_agent(lost))
    stage.at(17.2, lambda: world.fail_status_checks(lost))


SCENARIO = Scenario("repair-foreign", "Auto Scaling replaces the same host at the same time", 45, build, RIGHTS)
