"""A cluster whose `ballast:managed` cannot be read is told of, and looked after once it is corrected."""

from __future__ import annotations

import pytest

from simulator.stage import MANAGED, Scenario, Stage


def build(stage: Stage) -> None:
    stage.world.add_cluster("prod", MANAGED)
    stage.world.add_group("web", "prod", desired=2, capacity_provider="web")
    for name, tags in {
        "shout": {"ballast:managed": "True"},
        "off": {"ballast:managed": "False"},
        "other": None,
    }.items():
        stage.world.add_cluster(name, tags)


@pytest.mark.parametrize(("named", "tickets"), [("", 1), ("prod", 0)])
def test_one_ticket_names_it_until_its_own_sweep_closes_it(named: str, tickets: int) -> None:
    scenario = Scenario("test", "made for one test", 30, build, {"ManagedClusters": named})
    with Stage(scenario, 7) as stage:
        stage.play(6)
        told = [p.event["detail"] for p in stage.deployment.bus.events]
        found = [(n["cluster"], n["severity"]) for n in told if n.get("code") == "PolicyUnreadable"]
        assert found == [("shout", "ticket")] * tickets

        stage.world.clusters["shout"].tags["ballast:managed"] = "true"
        stage.play(12)
        told = [p.event["detail"] for p in stage.deployment.bus.events]
        assert [n["cluster"] for n in told if n.get("code") == "PolicyReadable"] == ["shout"] * tickets
        assert not stage.deployment.dead_letters
