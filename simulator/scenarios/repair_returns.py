"""While the replacement of a lost host boots, the agent comes back: the host stays."""

from __future__ import annotations

from simulator.scenarios.repair import NO_ROOM, RIGHTS, fleet
from simulator.stage import Scenario, Stage


def build(stage: Stage) -> None:
    fleet(stage, cpu=NO_ROOM)
    world = stage.world
    lost = stage.instances("web")[0]
    world.launches_take("web", boot_s=(60, 60), join_s=(480, 480))
    stage.at(5, lambda: world.disconnect_agent(lost))
    stage.at(20, lambda: world.reconnect_agent(lost))


SCENARIO = Scenario("repair-returns", "A lost host returns while its replacement boots: it stays", 90, build, RIGHTS)
