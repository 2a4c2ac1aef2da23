"""Events are hints, groups have more states than two, and a drain that Ballast began stays its own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.stage import MANAGED, Stage
from tests.scenarios.stages import a_scenario, play


def a_fleet(stage: Stage) -> list[str]:
    stage.world.add_cluster("prod", MANAGED)
    stage.world.add_group("web", "prod", desired=4, capacity_provider="web")
    stage.world.add_service("prod", "api", desired=6, stop_seconds=(10, 20))
    return stage.instances("web")


OLD = {
    "stopping": ("EC2 Instance State-change Notification", {"state": "stopping"}),
    "shutting-down": ("EC2 Instance State-change Notification", {"state": "shutting-down"}),
    "warning": ("EC2 Spot Instance Interruption Warning", {"instance-action": "terminate"}),
    "hibernation": ("EC2 Spot Instance Interruption Warning", {"instance-action": "hibernate"}),
}


@pytest.mark.parametrize("kind", OLD)
def test_an_event_an_hour_old_about_a_host_that_runs_asks_for_nothing(kind: str) -> None:
    """D15."""

    def build(stage: Stage) -> None:
        first, *_ = a_fleet(stage)
        detail_type, detail = OLD[kind]

        def late() -> None:
            at = (stage.world.clock.utc - timedelta(hours=1)).isoformat()
            event = stage._event(detail_type, "aws.ec2") | {"time": at, "detail": {"instance-id": first, **detail}}
            stage.deployment.bus.put(event)

        stage.at(70, late)

    played = play(a_scenario(build, minutes=76))

    assert not played.facts("container_instance_status", actor="ballast")
    assert played.codes == []


@pytest.mark.parametrize("after_minutes", [6, 20])
def test_a_host_that_ec2_starts_again_is_active_again(after_minutes: float) -> None:
    """D13."""

    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("web", "prod", desired=3, capacity_provider="web")
        name = stage.world.add_instance("prod", spot=True).id
        stage.world.add_service("prod", "api", desired=4, stop_seconds=(10, 20))
        stage.at(3, lambda: stage.world.warn_spot(name, "stop"))
        stage.at(after_minutes + 3, lambda: stage.world.start_instance(name))

    for seed in (1, 2, 3):
        played = play(a_scenario(build, minutes=90), seed=seed)
        assert "ForeignDrainStuck" not in played.codes
        assert played.codes[-1] in ("InstanceSurvived", "StaleRecord", "StaleRecordGone"), played.codes
        assert not [b for b in played.broken if ("left_draining" in b and "ghost" not in b) or "left_open" in b]


def test_an_instance_in_standby_is_not_being_terminated() -> None:
    """D11: a retirement in 23 hours of an instance that somebody has put into Standby."""

    def build(stage: Stage) -> None:
        first, *_ = a_fleet(stage)
        stage.at(3, lambda: stage.world.enter_standby(first))
        stage.at(5, lambda: stage.world.schedule_retirement([first], stage.world.clock.utc + timedelta(hours=23)))
        stage.at(60, lambda: stage.world.exit_standby(first))

    played = play(a_scenario(build, minutes=90))

    assert "DrainedOutsideGroup" in played.codes
    assert played.facts("instance_state", state="terminated", cause="ballast")  # once it is in service again


def test_an_instance_in_standby_waits_while_its_date_is_far() -> None:
    def build(stage: Stage) -> None:
        first, *_ = a_fleet(stage)
        stage.at(3, lambda: stage.world.enter_standby(first))
        stage.at(5, lambda: stage.world.schedule_retirement([first], stage.world.clock.utc + timedelta(days=9)))

    played = play(a_scenario(build, minutes=30))

    assert played.codes == ["DrainWaits"]
    assert not played.facts("container_instance_status", actor="ballast")
