"""An agent blips, which nobody hears of, and another stays away, which is one ticket."""

from __future__ import annotations

from simulator.stage import MANAGED, Scenario, Stage


def build(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=8, capacity_provider="web")
    world.add_service("prod", "api", desired=16)
    blips, lost = stage.instances("web")[:2]
    stage.at(3, lambda: world.disconnect_agent(blips, for_s=120))
    stage.at(5, lambda: world.disconnect_agent(lost, for_s=25 * 60))


SCENARIO = Scenario("agent-loss", "An agent blip (silence) and an agent loss (one ticket)", 40, build)
