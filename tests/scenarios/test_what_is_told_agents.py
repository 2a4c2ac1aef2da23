"""An agent is back when ECS says that it is connected, and not when its instance goes."""

from __future__ import annotations

from simulator.stage import MANAGED, Stage
from tests.scenarios.stages import a_scenario, play


def a_lost_agent(stage: Stage) -> str:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=4, capacity_provider="web")
    world.add_service("prod", "shop", desired=4, stop_seconds=(200, 200))
    lost = stage.instances("web")[0]
    stage.at(2, lambda: world.disconnect_agent(lost))
    return lost


def test_a_lost_agent_whose_instance_is_scaled_in_is_lost_until_it_is_back() -> None:
    """0.1.0 said "connected again" a minute after the scale-in had begun (containers-roadmap 2040)."""

    def build(stage: Stage) -> None:
        lost = a_lost_agent(stage)
        stage.at(15, lambda: stage.world.scale_in("web", lost))

    played = play(a_scenario(build, minutes=120))

    assert "AgentLost" in played.codes
    assert "AgentBack" not in played.codes
    ended = [n for n in played.result.notices if "agent was found disconnected" in n["what"]]
    gone = played.facts("instance_state", state="terminated")
    assert len(ended) == len(gone) == 1
    assert ended[0]["at"] > gone[0].at_s


def test_an_agent_that_connects_while_its_instance_drains_is_back() -> None:
    def build(stage: Stage) -> None:
        lost = a_lost_agent(stage)
        stage.at(15, lambda: stage.world.scale_in("web", lost))
        stage.at(20, lambda: stage.world.reconnect_agent(lost))

    played = play(a_scenario(build, minutes=25))

    assert played.notice("AgentBack")["at"] > 20 * 60
