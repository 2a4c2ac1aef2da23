"""Each sign of an illness, one by one: what is repaired for it, and what must not be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.scenarios.repair import REPAIR, RIGHTS, fleet
from simulator.stage import Stage
from simulator.world.ec2.answers import Refusal
from tests.scenarios.stages import Played, a_scenario, play
from tests.scenarios.test_repair import drained, ended_by_ballast, gone, launches, pages

MINUTE_S = 60.0

type Act = Callable[[Stage, str], object]


def with_one_ill(act: Act, *, instances: int = 4, minutes: float = 60, at: float = 5, tag: str = "on") -> Played:
    """`act` befalls the first instance."""

    def build(stage: Stage) -> None:
        fleet(stage, instances)
        stage.world.clusters["prod"].tags[REPAIR] = tag
        ill = stage.instances("web")[0]
        stage.at(at, lambda: act(stage, ill))

    return play(a_scenario(build, minutes=minutes, parameters=RIGHTS))


def nothing_was_done(played: Played) -> bool:
    return not (drained(played) or ended_by_ballast(played) or launches(played))


def breaks_its_runtime(stage: Stage, ill: str) -> None:
    stage.world.break_runtime(ill)


def fails_its_status_check(stage: Stage, ill: str) -> None:
    """Its group does not look; otherwise that would replace it within a minute."""
    stage.world.suspend_processes("web", "HealthCheck")
    stage.world.fail_status_checks(ill, "system")


def starts_no_task(stage: Stage, ill: str) -> None:
    """The load rises, and ECS tries the emptiest host again and again."""
    stage.world.fail_starts(ill)
    stage.world.scale_service("prod", "api", 12)


@pytest.mark.parametrize("how", ["denied", "throttled"])
@pytest.mark.parametrize("for_s", [180.0, 1200.0])
def test_one_that_fell_ill_while_its_group_did_not_answer_is_replaced_and_nobody_told_to_end_it(
    how: Refusal, for_s: float
) -> None:
    def act(stage: Stage, ill: str) -> None:
        stage.world.refuse_group("web", how, for_s=for_s)
        stage.world.disconnect_agent(ill)

    played = with_one_ill(act, instances=3, at=4.5)

    assert len(gone(played)) == 1
    assert "RepairWould" not in played.codes
    assert not played.broken


@pytest.mark.parametrize("act", [breaks_its_runtime, fails_its_status_check, starts_no_task], ids=lambda a: a.__name__)
def test_one_that_is_ill_is_replaced_and_no_task_is_cut_off(act: Act) -> None:
    played = with_one_ill(act)

    assert len(gone(played)) == 1
    assert len(launches(played)) == 1
    assert played.result.tasks_interrupted == 0
    assert pages(played) == []
    assert played.result.open_disruptions == 0
    assert not played.broken


def mends_its_runtime(stage: Stage, ill: str) -> None:
    stage.world.break_runtime(ill, 8 * MINUTE_S)


def passes_its_status_check(stage: Stage, ill: str) -> None:
    stage.world.suspend_processes("web", "HealthCheck")
    stage.world.fail_status_checks(ill, for_s=8 * MINUTE_S)


@pytest.mark.parametrize("act", [mends_its_runtime, passes_its_status_check], ids=lambda a: a.__name__)
def test_what_is_over_after_eight_minutes_moves_nothing(act: Act) -> None:
    assert nothing_was_done(with_one_ill(act))


def comes_badly_registered(stage: Stage, _ill: str) -> None:
    stage.world.break_newcomers("web", "registration_failed")
    stage.world.set_desired("web", 5)
    stage.at(12, lambda: stage.world.break_newcomers("web", None))


def test_a_newcomer_whose_registration_failed_is_replaced() -> None:
    played = with_one_ill(comes_badly_registered)

    first, second = launches(played)
    assert gone(played).keys() == {first}
    assert played.facts("instance_joined", instance=second, status="ACTIVE")
    assert pages(played) == []
    assert not played.broken


def is_where_a_bad_revision_lands(stage: Stage, ill: str) -> None:
    """Every task of it fails, wherever it is placed, and its service may run here only."""
    world = stage.world
    world.put_attributes(ill, {"stack": "one"})
    world.add_service("prod", "placed", desired=2, cpu=64, memory_mib=64, member_of=["attribute:stack == one"])
    world.deploy("prod", "placed", fails=True, circuit_breaker="off")


def test_a_bad_revision_whose_tasks_all_land_on_one_host_is_not_that_hosts_fault() -> None:
    assert nothing_was_done(with_one_ill(is_where_a_bad_revision_lands, minutes=90))


def is_lost_but_spared(stage: Stage, ill: str) -> None:
    stage.world.host(ill).tags["ballast:do-not-disrupt"] = "true"
    stage.world.disconnect_agent(ill)


def is_lost(stage: Stage, ill: str) -> None:
    stage.world.disconnect_agent(ill)


def test_a_veto_on_one_instance_holds() -> None:
    assert nothing_was_done(with_one_ill(is_lost_but_spared, minutes=45))


@pytest.mark.parametrize(("tag", "told"), [("report", True), ("off", False)])
def test_where_it_is_not_on_nothing_is_done_and_only_a_report_says_what_would_be(tag: str, *, told: bool) -> None:
    played = with_one_ill(is_lost, minutes=45, tag=tag)

    assert nothing_was_done(played)
    assert ("RepairWould" in played.codes) is told


def is_in_a_zone_that_is_left(stage: Stage, ill: str) -> None:
    stage.world.shift_zone("web", stage.world.ec2.instances[ill].zone)
    stage.world.disconnect_agent(ill)


def test_nothing_is_repaired_in_a_zone_that_is_shifted_away_from() -> None:
    played = with_one_ill(is_in_a_zone_that_is_left, instances=6)

    assert nothing_was_done(played)
    assert pages(played) == []


def test_while_ecs_is_blind_for_one_zone_nothing_is_touched() -> None:
    def build(stage: Stage) -> None:
        fleet(stage, 12)
        stage.at(5, lambda: stage.world.blind_agents("prod", 60 * MINUTE_S, zone="us-east-1a"))

    played = play(a_scenario(build, minutes=100, parameters=RIGHTS))

    assert nothing_was_done(played)
    assert len(pages(played)) == 1
    assert not played.broken


def test_who_is_truly_lost_behind_a_wrong_signal_is_repaired_once_that_is_over() -> None:
    def build(stage: Stage) -> None:
        fleet(stage, 10)
        lost = stage.instances("web")[0]
        stage.at(3, lambda: stage.world.disconnect_agent(lost))
        stage.at(5, lambda: stage.world.blind_agents("prod", 60 * MINUTE_S))

    played = play(a_scenario(build, minutes=150, parameters=RIGHTS))

    assert len(gone(played)) == 1
    assert min(gone(played).values()) > 65 * MINUTE_S
    assert played.result.tasks_interrupted == 0
    assert not played.broken
