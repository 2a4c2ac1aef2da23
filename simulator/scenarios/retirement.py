"""AWS Health announces the retirement of a host in ten days; it is drained in good order long before."""

from __future__ import annotations

from datetime import timedelta

from simulator.stage import MANAGED, Scenario, Stage


def build(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=6, capacity_provider="web")
    world.add_service("prod", "api", desired=12)
    retires = world.clock.utc + timedelta(days=10)
    stage.at(3, lambda: world.schedule_retirement([stage.instances("web")[0]], retires))


SCENARIO = Scenario("retirement", "A host retires in ten days: drained voluntarily, replaced by its group", 40, build)
