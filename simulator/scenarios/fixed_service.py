"""A service with minimum and maximum at 100 % cannot be moved: no voluntary drain, and a scale-in escalates."""

from __future__ import annotations

from datetime import timedelta

from simulator.stage import MANAGED, Scenario, Stage


def build(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=3, capacity_provider="web")
    world.add_service("prod", "ledger", desired=3, minimum_healthy_percent=100, maximum_percent=100)
    first, second = stage.instances("web")[:2]
    stage.at(3, lambda: world.schedule_retirement([first], world.clock.utc + timedelta(days=10)))
    stage.at(5, lambda: world.scale_in("web", second))


SCENARIO = Scenario(
    "fixed-service",
    "A service with minimum = maximum = 100 %: never drained voluntarily, a forced drain pages",
    60,
    build,
    parameters={"ScaleInDeadlineMinutes": "30"},
)
