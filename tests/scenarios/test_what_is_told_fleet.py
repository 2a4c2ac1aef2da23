"""A third of a fleet that is gone within five minutes is one page, whatever took it; what people mean to do is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.stage import MANAGED, Stage
from tests.scenarios.stages import Played, a_scenario, play

LOST_AT = 8.3  # minutes; a moment between two sweeps
ZONE = "us-east-1a"


def a_fleet(stage: Stage, hosts: int = 12, **group: Any) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=hosts, capacity_provider="web", **group)
    world.add_service("prod", "shop", desired=hosts, stop_seconds=(2, 10))


def terminations(stage: Stage, lost: list[str]) -> None:
    for instance_id in lost:
        stage.world.terminate_instance(instance_id)


def deregistrations(stage: Stage, lost: list[str]) -> None:
    for instance_id in lost:
        host = stage.world.find_host(instance_id)
        assert host is not None
        stage.world.registry.deregister(host, actor="somebody")


def lost_agents(stage: Stage, lost: list[str]) -> None:
    for instance_id in lost:
        stage.world.disconnect_agent(instance_id)


def spot(stage: Stage, lost: list[str]) -> None:
    for instance_id in lost:
        stage.world.warn_spot(instance_id)


def a_zone(stage: Stage, _: list[str]) -> None:
    stage.world.lose_zone(ZONE)


def a_zone_out_of_reach(stage: Stage, _: list[str]) -> None:
    stage.world.lose_zone(ZONE, "unreachable")


def losing(take: Callable[[Stage, list[str]], None], of: int = 4, **group: Any) -> Callable[[Stage], None]:
    def build(stage: Stage) -> None:
        a_fleet(stage, **group)
        lost = stage.instances("web")[:of]
        stage.at(LOST_AT, lambda: take(stage, lost))

    return build


def pages(played: Played) -> list[dict[str, Any]]:
    return [n for n in played.result.notices if n["severity"] == "page"]


@pytest.mark.parametrize(
    ("take", "within_min"),
    [(terminations, 2), (deregistrations, 2), (lost_agents, 2.5), (spot, 4.5), (a_zone, 3), (a_zone_out_of_reach, 3)],
)
def test_a_third_gone_is_one_page(take: Callable[[Stage, list[str]], None], within_min: float) -> None:
    """0.1.0 said nothing of it, or one line an instance; Spot leaves two minutes before anything is gone."""
    played = play(a_scenario(losing(take, spot=take is spot), minutes=25))

    assert [n["code"] for n in pages(played)] == ["FleetLost"]
    assert LOST_AT * 60 < pages(played)[0]["at"] <= (LOST_AT + within_min) * 60
    assert "AgentsLost" not in played.codes


def test_the_page_closes_when_the_fleet_is_back() -> None:
    played = play(a_scenario(losing(terminations), minutes=40))

    assert played.codes.count("FleetBack") == 1
    assert played.notice("FleetBack")["at"] > played.notice("FleetLost")["at"]


def test_while_it_is_not_back_the_page_stays_open() -> None:
    def build(stage: Stage) -> None:
        losing(terminations)(stage)
        stage.world.suspend_processes("web", "Launch")

    played = play(a_scenario(build, minutes=40))

    assert played.codes.count("FleetLost") == 1
    assert "FleetBack" not in played.codes


def test_what_is_scaled_in_on_purpose_is_no_loss() -> None:
    def build(stage: Stage) -> None:
        a_fleet(stage)
        stage.at(LOST_AT, lambda: stage.world.set_desired("web", 4))

    played = play(a_scenario(build, minutes=40))

    assert len(played.facts("instance_state", state="terminated")) == 8
    assert pages(played) == []


def test_what_is_lost_while_others_are_scaled_in_is_seen() -> None:
    def build(stage: Stage) -> None:
        a_fleet(stage)
        first = stage.instances("web")
        for instance_id in first[:4]:
            stage.world.run_task("prod", on=instance_id)
            stage.at(4, lambda i=instance_id: stage.world.scale_in("web", i))  # type: ignore[misc]
        stage.at(LOST_AT, lambda: terminations(stage, first[4:8]))

    played = play(a_scenario(build, minutes=25))

    assert "FleetLost" in [n["code"] for n in pages(played)]


def test_two_of_five_are_too_few_for_a_page() -> None:
    played = play(a_scenario(losing(terminations, of=2, hosts=5), minutes=25))

    assert pages(played) == []


def test_drains_of_our_own_are_no_loss() -> None:
    """A budget of a half: six of twelve may be out of service at once."""

    def build(stage: Stage) -> None:
        a_fleet(stage)
        soon = stage.world.clock.utc.replace(year=stage.world.clock.utc.year + 1)
        stage.at(3, lambda: stage.world.schedule_retirement(stage.instances("web")[:9], soon))

    played = play(a_scenario(build, minutes=60, parameters={"DisruptionBudget": "50%"}))

    assert len(played.facts("instance_state", state="terminated")) >= 6
    assert pages(played) == []


def test_among_many_idle_clusters_it_is_told_as_soon() -> None:
    """An idle cluster of 60 is swept every third minute; one that lost something is not idle."""

    def build(stage: Stage) -> None:
        losing(terminations)(stage)
        for n in range(60):
            stage.world.add_cluster(f"idle{n}", MANAGED)

    played = play(a_scenario(build, minutes=12))

    assert [n["code"] for n in pages(played)] == ["FleetLost"]
    assert pages(played)[0]["at"] <= (LOST_AT + 2.5) * 60


def test_agents_of_one_zone_that_are_lost_and_come_back_are_one_ticket() -> None:
    """Too few of the fleet for a page; 0.1.0 opened one ticket an instance."""

    def build(stage: Stage) -> None:
        a_fleet(stage, 18)
        lost = [i for i in stage.instances("web") if stage.world.ec2.instances[i].zone == ZONE][:3]
        for number, instance_id in enumerate(lost):
            stage.at(8 + number, lambda i=instance_id: stage.world.disconnect_agent(i, for_s=1500))  # type: ignore[misc]

    played = play(a_scenario(build, minutes=45))

    told = [n["code"] for n in played.result.notices if n["code"].startswith("Agent")]
    assert told == ["AgentsLost", "AgentsBack"]
    lost = played.notice("AgentsLost")
    assert lost["severity"] == "ticket"
    assert lost["what"].startswith(f"3 ECS agents of zone {ZONE} were lost within minutes")


def test_instances_in_service_that_never_join_are_one_ticket() -> None:
    def build(stage: Stage) -> None:
        a_fleet(stage)
        deregistrations(stage, stage.instances("web")[:2])
        stage.at(40, lambda: terminations(stage, stage.instances("web")[:2]))

    played = play(a_scenario(build, minutes=75))

    told = [n["code"] for n in played.result.notices if "Registered" in n["code"]]
    assert told == ["NotRegistered", "Registered"]
    assert played.notice("NotRegistered")["what"].startswith("2 instances of Auto Scaling group web are in service")
    assert played.notice("NotRegistered")["at"] < 40 * 60 < played.notice("Registered")["at"]
