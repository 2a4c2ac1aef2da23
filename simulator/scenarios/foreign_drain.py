"""A person drains an instance and forgets it: Ballast reports it once and never touches it."""

from __future__ import annotations

from simulator.stage import MANAGED, Scenario, Stage


def build(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=4, capacity_provider="web")
    world.add_service("prod", "api", desired=8)
    held = stage.instances("web")[0]
    world.run_task("prod", "nightly-export", on=held)
    stage.at(3, lambda: world.drain_by_somebody_else(held))
    stage.at(10, lambda: world.recommend_rebalance(held))


SCENARIO = Scenario(
    "foreign-drain",
    "Somebody else drains an instance: one ticket when it hangs, hands off",
    90,
    build,
    parameters={"RebalanceRecommendation": "drain"},
)
