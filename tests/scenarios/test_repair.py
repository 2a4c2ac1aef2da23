"""What is broken is replaced, paced, and never on a wrong signal: the timelines of issue 16, section 2.1."""

from __future__ import annotations

from itertools import pairwise

import pytest

from simulator.scenarios.repair import NO_ROOM, RIGHTS, fleet
from simulator.scenarios.repair_bad_image import BAD_IMAGE
from simulator.scenarios.repair_slow import LOST
from simulator.scenarios.repair_zone import ZONE
from simulator.stage import Scenario, Stage
from simulator.world.ec2.api import PLAIN_IMAGE
from tests.scenarios import test_updates
from tests.scenarios.stages import Played, play

MINUTE_S = 60.0
SEEDS = (1, 2)  # AWS's unpublished threshold of AGENT_CONNECTIVITY is 15 minutes in one, 5 in the other


def drained(played: Played) -> dict[str, float]:
    """When Ballast set each instance DRAINING for the first time."""
    facts = reversed(played.facts("container_instance_status", new="DRAINING", actor="ballast"))
    return {fact.data["instance"]: fact.at_s for fact in facts}


def gone(played: Played) -> dict[str, float]:
    return {fact.data["instance"]: fact.at_s for fact in played.facts("instance_state", state="terminated")}


def ended_by_ballast(played: Played) -> dict[str, float]:
    """Whoever else ends one has another cause."""
    ended = played.facts("instance_state", state="shutting-down", cause="ballast")
    return {fact.data["instance"]: fact.at_s for fact in ended}


def launches(played: Played) -> dict[str, float]:
    """Since the beginning of the story."""
    return {f.data["instance"]: f.at_s for f in played.facts("instance_launched") if f.at_s > 0}


def lost(played: Played) -> dict[str, float]:
    facts = reversed(played.facts("agent", connected=False))
    return {fact.data["instance"]: fact.at_s for fact in facts}


def pages(played: Played) -> list[str]:
    return [notice["code"] for notice in played.result.notices if notice["severity"] == "page"]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_lost_agent_of_three_is_repaired_within_twenty_minutes_and_no_task_is_cut_off(seed: int) -> None:
    played = play("repair", seed=seed)

    ((ill, since_s),) = [(i, at_s) for i, at_s in lost(played).items() if at_s < 6 * MINUTE_S]
    assert since_s + 10 * MINUTE_S <= drained(played)[ill]
    assert gone(played).keys() == {ill}
    assert gone(played)[ill] <= since_s + 20 * MINUTE_S
    assert len(launches(played)) == 1
    assert (played.result.tasks_interrupted, played.result.service_minimum_violations) == (0, 0)
    assert pages(played) == []
    assert played.result.open_disruptions == 0
    assert not played.broken


@pytest.mark.parametrize("seed", SEEDS)
def test_a_blip_of_eight_minutes_moves_nothing(seed: int) -> None:
    played = play("repair-blip", seed=seed)

    assert (drained(played), gone(played), launches(played), pages(played)) == ({}, {}, {}, [])
    assert played.result.open_disruptions == 0
    assert not played.broken


@pytest.mark.parametrize("seed", SEEDS)
def test_while_every_agent_seems_gone_nothing_healthy_is_touched_and_one_page_has_one_all_clear(seed: int) -> None:
    played = play("repair-blind", seed=seed)

    assert (drained(played), gone(played), launches(played)) == ({}, {}, {})
    assert len(pages(played)) == 1
    page = next(n for n in played.result.notices if n["severity"] == "page")
    back = [n for n in played.result.notices if n["incident"] == page["incident"] and n["at"] > 65 * MINUTE_S]
    assert len(back) == 1
    assert back[0]["at"] <= 75 * MINUTE_S
    assert played.result.open_disruptions == 0
    assert not played.broken


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_repaired_in_a_zone_that_is_lost(seed: int) -> None:
    played = play("repair-zone", seed=seed)

    assert ended_by_ballast(played) == {}
    assert drained(played) == {}
    assert len(pages(played)) == 1
    assert played.result.open_disruptions == 0
    assert not played.broken


def test_the_page_of_a_lost_zone_names_the_zone() -> None:
    played = play("repair-zone")

    assert ZONE in played.words[pages(played)[0]]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bad_image_is_launched_three_times_at_most_and_then_one_page_names_the_version(seed: int) -> None:
    played = play("repair-bad-image", seed=seed)

    bad = [i for i, at_s in launches(played).items() if at_s < 120 * MINUTE_S]
    assert 1 < len(bad) <= 3
    assert pages(played) == ["LaunchesFail"]
    assert "version 2" in played.words["LaunchesFail"]
    assert set(ended_by_ballast(played)) <= set(launches(played))  # nothing that runs tasks goes for it
    assert played.result.tasks_interrupted == 0
    assert "LaunchesWork" in played.codes  # after people took the image out again
    assert len(launches(played)) == len(bad) + 1
    assert played.result.open_disruptions == 0
    assert not played.broken


def test_the_page_of_a_bad_image_names_the_image() -> None:
    assert BAD_IMAGE in play("repair-bad-image").words["LaunchesFail"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_launch_that_fails_in_the_middle_delays_the_repair_and_cuts_nothing_off(seed: int) -> None:
    played = play("repair-launch-fails", seed=seed)

    (ill,) = lost(played).keys() & gone(played).keys()
    ((newcomer, _),) = launches(played).items()
    (joined,) = played.facts("instance_joined", instance=newcomer)
    assert joined.at_s <= drained(played)[ill] < gone(played)[ill]
    assert gone(played).keys() == {ill}
    assert (played.result.tasks_interrupted, played.result.service_minimum_violations) == (0, 0)
    assert played.result.open_disruptions == 0
    assert not played.broken


@pytest.mark.parametrize("seed", SEEDS)
def test_a_host_that_returns_while_its_replacement_boots_stays(seed: int) -> None:
    played = play("repair-returns", seed=seed)

    (returned,) = [f.data["instance"] for f in played.facts("agent", connected=True) if f.at_s == 20 * MINUTE_S]
    assert returned not in gone(played)
    assert len(launches(played)) == 1
    assert played.result.tasks_interrupted == 0
    assert pages(played) == []
    assert played.result.open_disruptions == 0
    assert not played.broken


def test_what_was_launched_is_given_back_although_a_daemon_runs_there_by_the_time_the_host_returns() -> None:
    def build(stage: Stage) -> None:
        fleet(stage, cpu=NO_ROOM)
        world, lost = stage.world, stage.instances("web")[0]
        world.launches_take("web", boot_s=(20, 20), join_s=(40, 40))

        def look() -> None:
            """It is back as soon as the other one has joined: no sweep comes in between."""
            if len(world.clusters["prod"].by_ec2_id) > 3:
                world.reconnect_agent(lost)
            else:
                stage.clock.after(0.2, look)

        stage.at(5, lambda: world.disconnect_agent(lost))
        stage.at(5, look)

    played = play(Scenario("returns late", "A host returns after its replacement has come", 60, build, RIGHTS))
    ((newcomer, _),) = launches(played).items()

    assert [fact.data["service"] for fact in played.facts("task_placed", instance=newcomer)] == ["log-agent"]
    assert ended_by_ballast(played).keys() == {newcomer}
    assert played.result.tasks_interrupted == 0
    assert not played.broken


@pytest.mark.parametrize("seed", SEEDS)
def test_who_replaces_the_same_host_at_the_same_time_is_seen_and_it_goes_once(seed: int) -> None:
    played = play("repair-foreign", seed=seed)

    ((ill, _),) = [(i, at_s) for i, at_s in lost(played).items() if at_s < 6 * MINUTE_S]
    assert ill in gone(played)
    assert gone(played).keys() - {ill} <= launches(played).keys()  # what both have launched is given back
    assert len(launches(played)) == len(gone(played))
    assert played.result.tasks_interrupted == 0
    assert pages(played) == []
    assert (played.result.open_disruptions, played.result.dead_letters) == (0, 0)
    assert not played.broken


@pytest.mark.parametrize("seed", SEEDS)
def test_a_slow_loss_is_repaired_at_two_an_hour_until_all_are_replaced(seed: int) -> None:
    played = play("repair-slow", seed=seed)

    begun = [notice["at"] for notice in played.result.notices if notice["code"] == "RepairBegins"]
    assert len(begun) == len(ended_by_ballast(played)) == len(launches(played)) == LOST
    assert all(third - first >= 60 * MINUTE_S - 1 for first, third in zip(begun, begun[2:], strict=False))
    assert all(later > earlier for earlier, later in pairwise(begun))
    assert (played.result.tasks_interrupted, played.result.service_minimum_violations) == (0, 0)
    assert played.result.open_disruptions == 0
    assert not played.broken


@pytest.mark.parametrize("version", ["$Latest", "$Default", "1"])
def test_once_the_template_is_put_right_what_never_joined_is_replaced_without_anybody_ending_it(version: str) -> None:
    def build(stage: Stage) -> None:
        fleet(stage, 6)
        world = stage.world
        world.groups.groups["web"].template_version = version
        world.spoil_image(BAD_IMAGE, "never_joins")
        stage.at(2, lambda: world.move_template("web", BAD_IMAGE))
        stage.at(5, lambda: world.set_desired("web", 7))
        stage.at(150, lambda: world.move_template("web", PLAIN_IMAGE))

    played = play(Scenario("put right", "The template is put right", 300, build, RIGHTS))
    [closed] = [n for n in played.result.notices if n["code"] == "LaunchesWork"]
    after_s = {i: at_s for i, at_s in launches(played).items() if at_s > 150 * MINUTE_S}

    assert 150 * MINUTE_S < closed["at"] <= 160 * MINUTE_S
    assert len(after_s) == 1
    assert [f for f in played.facts("instance_joined") if f.data["instance"] in after_s]
    assert pages(played) == ["LaunchesFail"]
    assert played.result.tasks_interrupted == 0
    assert not played.broken


def test_hosts_that_an_update_does_not_bring_back_are_replaced_at_the_pace_of_repair() -> None:
    paced = replaced_by_an_update({"Repair": "on", "UpdateFailureBudget": "3"})
    unpaced = replaced_by_an_update({"UpdateFailureBudget": "3"})

    assert len(paced) == len(unpaced) == 2
    assert paced[1] - paced[0] >= 60 * MINUTE_S - 1
    assert unpaced[1] - unpaced[0] < 30 * MINUTE_S


def replaced_by_an_update(parameters: dict[str, str]) -> list[float]:
    """When each of the two goes that never return from their reboot."""

    def happens(stage: Stage) -> None:
        for number in (2, 3):
            test_updates.troubles(stage, number, never_returns=True)

    built = test_updates.fleet(happens, minutes=200, parameters={"UpdateWaves": "100", **parameters})
    played = play(built)
    assert not played.broken
    return sorted(ended_by_ballast(played).values())
