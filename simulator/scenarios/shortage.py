"""EC2 runs short while load grows: first one zone, then all of Spot; what is asked for comes from elsewhere."""

from __future__ import annotations

from simulator.scenarios.rebalance import ON, RIGHTS
from simulator.stage import Scenario, Stage

ZONE = "us-east-1a"


def build(stage: Stage) -> None:
    """Batch runs on Spot, or on demand where there is none: tasks of a launch type may use either group."""
    world = stage.world
    world.add_cluster("prod", ON)
    world.add_group("spot", "prod", desired=3, maximum=12, spot=True, tags={"ballast:managed": "true"})
    world.add_group("steady", "prod", desired=3, maximum=12, tags={"ballast:managed": "true"})
    world.add_service("prod", "log-agent", daemon=True, cpu=64, memory_mib=128)
    world.add_service("prod", "api", desired=10, cpu=1024, memory_mib=2048)
    world.age_group("spot")
    world.age_group("steady")
    stage.at(3, lambda: world.run_short(zone=ZONE))
    stage.at(5, lambda: world.scale_service("prod", "api", 22))
    stage.at(30, lambda: world.run_short(market="spot"))
    stage.at(32, lambda: world.scale_service("prod", "api", 32))
    stage.at(60, world.end_shortage)


SCENARIO = Scenario("shortage", "A zone has no capacity, then all of Spot: load grows all the same", 80, build, RIGHTS)
