"""Whoever is no EC2 instance of ours is left alone, and who is unsure is not taken for gone."""

from __future__ import annotations

from simulator.stage import MANAGED, Stage
from tests.scenarios.stages import a_scenario, play


def test_an_external_host_whose_agent_is_off_is_untouched() -> None:
    left: list[bool] = []

    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("web", "prod", desired=3, capacity_provider="web")
        host = stage.world.add_external_instance("prod")
        stage.at(5, lambda: stage.world.disconnect_agent(host.id))
        stage.at(24, lambda: left.append(stage.world.find_host(host.id) is not None))

    played = play(a_scenario(build, minutes=25))

    # Twenty minutes without an agent would be told of a host of ours, and end a host that EC2 does not know.
    assert not [c for c in played.codes if c != "LifecycleHookPut"]
    assert left == [True]
    # Whether its own event can be read is for the parser, tests/ballast/drain/test_parse.py.
    assert not [b for b in played.broken if "Container Instance State Change" not in b]
