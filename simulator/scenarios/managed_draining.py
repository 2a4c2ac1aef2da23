"""ECS managed draining is on: Ballast keeps its hands off, and reports the drain that hangs."""

from __future__ import annotations

from simulator.stage import MANAGED, Scenario, Stage


def build(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=4, capacity_provider="web", managed_draining=True)
    world.add_service("prod", "api", desired=8)
    first, second = stage.instances("web")[:2]
    world.run_task("prod", "nightly-export", on=second)
    stage.at(3, lambda: world.scale_in("web", first))
    stage.at(4, lambda: world.scale_in("web", second))


SCENARIO = Scenario(
    "managed-draining", "The same with ECS managed draining on: hands off, one alert when it hangs", 90, build
)
