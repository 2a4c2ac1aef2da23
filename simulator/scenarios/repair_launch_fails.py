"""A full fleet needs the replacement first, and for half an hour EC2 has no capacity: nothing goes before it has come."""

from __future__ import annotations

from simulator.scenarios.repair import NO_ROOM, RIGHTS, fleet
from simulator.stage import Scenario, Stage


def build(stage: Stage) -> None:
    fleet(stage, cpu=NO_ROOM)
    world = stage.world
    lost = stage.instances("web")[0]
    stage.at(5, lambda: world.disconnect_agent(lost))
    stage.at(10, lambda: world.fail_launches("web", for_s=30 * 60))


SCENARIO = Scenario("repair-launch-fails", "The replacement cannot be launched for half an hour", 90, build, RIGHTS)
