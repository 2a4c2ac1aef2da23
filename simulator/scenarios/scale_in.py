"""A group gives an instance back; our hook holds it with heartbeats while a slow task ends, then lets it go."""

from __future__ import annotations

from simulator.stage import MANAGED, Scenario, Stage


def build(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=4, capacity_provider="web")
    world.add_service("prod", "api", desired=8)
    world.add_service("prod", "slow", desired=4, stop_seconds=(25 * 60, 26 * 60))
    stage.at(3, lambda: world.scale_in("web", stage.instances("web")[0]))


SCENARIO = Scenario("scale-in", "Scale-in through our hook with a slow task: heartbeats, then CONTINUE", 50, build)
