"""What went and was not replaced uses the budget up."""

from __future__ import annotations

from datetime import timedelta

from simulator.stage import MANAGED, Stage
from tests.scenarios.stages import a_scenario, play


def half_of_ten_retire_and_nothing_is_launched(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=10, capacity_provider="web")
    world.add_service("prod", "shop", desired=10, stop_seconds=(2, 10))
    world.suspend_processes("web", "Launch")
    retiring = stage.instances("web")[:5]
    stage.at(2, lambda: world.schedule_retirement(retiring, world.clock.utc + timedelta(days=10)))


def test_a_replacement_that_does_not_come_stops_the_next_retirement_and_is_told() -> None:
    """0.1.0 went from 10 instances to 5 in 50 minutes, each with "launches another" (kops 2724)."""
    played = play(a_scenario(half_of_ten_retire_and_nothing_is_launched, minutes=60))

    assert len(played.facts("instance_state", state="terminated")) == 1
    assert played.codes.count("ScheduledChangeDrain") == 1
    assert played.codes.count("ReplacementMissing") == 1
    missing = played.notice("ReplacementMissing")
    assert missing["severity"] == "ticket"
    assert missing["what"].startswith("Auto Scaling group web has 9 of the 10 instances that it should have")


def test_when_it_comes_the_next_one_begins_and_the_ticket_closes() -> None:
    def build(stage: Stage) -> None:
        half_of_ten_retire_and_nothing_is_launched(stage)
        stage.at(30, lambda: stage.world.resume_processes("web", "Launch"))

    played = play(a_scenario(build, minutes=60))

    assert len(played.facts("instance_state", state="terminated")) >= 2
    assert played.codes.count("ReplacementBack") == 1


def test_what_serves_a_cluster_of_others_is_not_missing() -> None:
    def build(stage: Stage) -> None:
        world = stage.world
        world.add_cluster("prod", MANAGED)
        world.add_cluster("theirs")
        world.add_group("web", "prod", desired=6, tags=MANAGED)
        for name in stage.instances("web")[::2]:
            host = world.host(name)
            world.registry.deregister(host, actor="ecs")
            host.instance.cluster = world.cluster("theirs")
            world.registry.join(host.instance, host.instance.cluster, already_there=True)
        retiring = stage.instances("web")[1]
        stage.at(2, lambda: world.schedule_retirement([retiring], world.clock.utc + timedelta(days=10)))

    played = play(a_scenario(build, minutes=40))

    assert "DrainFinished" in played.codes
    assert len(played.facts("instance_state", state="terminated")) == 1
