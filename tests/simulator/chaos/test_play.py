"""A world is judged once what takes its time has come to its end."""

from __future__ import annotations

from simulator.chaos.play import play_to_the_end
from simulator.invariants import violations
from simulator.stage import MANAGED, Scenario, Stage


def test_a_refresh_that_goes_on_is_played_to_its_end_and_its_drains_with_it() -> None:
    """A drain that had twenty minutes left was called left open."""

    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("web", "prod", desired=3, capacity_provider="web")
        stage.world.add_service("prod", "api", desired=3, stop_seconds=(60, 90))
        stage.at(3, lambda: stage.world.replace_root_volumes("web"))

    with Stage(Scenario("test", "made for one test", 5, build), 1) as stage:
        play_to_the_end(stage)

        [refresh] = stage.world.refreshes.of["web"]
        assert (refresh.status, refresh.replaced) == ("Successful", 3)
        assert violations(stage) == []
