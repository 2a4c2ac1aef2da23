"""While a zonal shift moves away from a zone nothing voluntary happens in it or towards it; what forces goes on."""

from __future__ import annotations

from typing import Any

from simulator.invariants import violations
from simulator.invariants.told import told_in
from simulator.result import ledger_items
from simulator.rollout_result import rollout_of
from simulator.stage import MANAGED, Scenario, Stage
from tests.scenarios import test_replacing, test_updates
from tests.scenarios.stages import a_scenario, play

ZONE = "us-east-1a"
DRAINS = {"RebalanceRecommendation": "drain"}
SHIFTED = f"a zonal shift moves Auto Scaling group web away from {ZONE}"


def drained(scenario: Scenario, *, seed: int = 1) -> tuple[list[tuple[float, str]], list[dict[str, Any]], Any]:
    """When Ballast drained in which zone, in minutes; what was told; and how the rollout stands. Nothing is broken."""
    with Stage(scenario, seed) as stage:
        stage.play()
        world = stage.world
        found = [
            (f.at_s / 60, world.ec2.instances[f.data["instance"]].zone)
            for f in world.journal
            if f.kind == "container_instance_status" and f.data["new"] == "DRAINING" and f.data["actor"] == "ballast"
        ]
        told = [{**detail, "at": at_s / 60} for at_s, detail in told_in(stage)]
        assert violations(stage) == []
        return found, told, rollout_of(ledger_items(stage))


def test_a_rollout_updates_the_other_zones_says_why_it_waits_and_goes_on_when_the_shift_has_expired() -> None:
    def happens(stage: Stage) -> None:
        stage.at(1, lambda: stage.world.shift_zone("web", ZONE, for_s=60 * 60))

    drains, told, rollout = drained(test_updates.fleet(happens, instances=6, minutes=95))

    before = [zone for at, zone in drains if at < 61]
    assert sorted(before) == ["us-east-1b", "us-east-1b", "us-east-1c", "us-east-1c"]
    assert [zone for at, zone in drains if at >= 61] == [ZONE, ZONE]
    stands = next(notice for notice in told if notice["code"] == "BottlerocketRolloutStands")
    assert f"it is in {ZONE}, and {SHIFTED}" in stands["why"]
    assert stands["at"] < 50
    assert (rollout["state"], rollout["on_target"], rollout["excluded"]) == ("done", 6, 0)


def test_a_refresh_begins_no_step_in_a_group_that_aws_shifts_away_from_a_zone_and_one_that_runs_is_cancelled() -> None:
    def happens(stage: Stage) -> None:
        world = stage.world
        stage.at(1, lambda: world.shift_zone("web", ZONE, for_s=9 * 60, autoshift=True))
        stage.at(12, lambda: world.shift_zone("web", ZONE, for_s=10 * 60))

    played = play(test_replacing.fleet(happens, minutes=75))

    asked = [f.at_s / 60 for f in played.facts("asked", operation="StartInstanceRefresh")]
    cancelled = [f.at_s / 60 for f in played.facts("asked", operation="CancelInstanceRefresh")]
    assert [at for at in asked if at < 10 or 12.5 < at < 22] == []
    assert len(cancelled) == 1
    assert 12 <= cancelled[0] <= 13.5
    assert test_updates.state(played) == "done"
    test_updates.is_harmless(played)


def rebalanced(stage: Stage, instance: int) -> None:
    """Of three instances, one in each zone, one gets a rebalance recommendation a minute into a shift of half an hour."""
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=3, spot=True, capacity_provider="web")
    world.add_service("prod", "api", desired=3)
    stage.at(2, lambda: world.shift_zone("web", ZONE, for_s=30 * 60))
    stage.at(3, lambda: world.recommend_rebalance(stage.instances("web")[instance]))


def test_a_rebalance_recommendation_in_the_zone_waits_for_the_end_of_the_shift() -> None:
    drains, told, _ = drained(a_scenario(lambda stage: rebalanced(stage, 0), minutes=45, parameters=DRAINS))

    [waits] = [notice for notice in told if notice["code"] == "DrainWaits"]
    assert f"it is in {ZONE}, and {SHIFTED}" in waits["why"]
    assert [zone for _, zone in drains] == [ZONE]
    assert drains[0][0] >= 32


def test_a_spot_interruption_in_the_zone_drains_at_once() -> None:
    def build(stage: Stage) -> None:
        rebalanced(stage, 0)
        stage.at(4, lambda: stage.world.warn_spot(stage.instances("web")[0]))

    drains, _, _ = drained(a_scenario(build, minutes=8))

    assert [zone for _, zone in drains] == [ZONE]
    assert drains[0][0] < 4.5


def test_whoever_is_not_told_whether_a_zone_is_shifted_begins_nothing_voluntary_and_says_so() -> None:
    def build(stage: Stage) -> None:
        rebalanced(stage, 1)
        stage.world.refuse_calls("arc-zonal-shift", "ListManagedResources", for_s=30 * 60)

    drains, told, _ = drained(a_scenario(build, minutes=45, parameters=DRAINS))

    [waits] = [notice for notice in told if notice["code"] == "DrainWaits"]
    assert (
        "nobody knows whether a zonal shift moves Auto Scaling group web away from a zone: AWS refused" in waits["why"]
    )
    assert drains[0][0] >= 30
