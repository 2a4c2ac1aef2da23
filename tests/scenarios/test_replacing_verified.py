"""Strategy `replace`: what is launched is verified as in place, before each next step and before anything is called done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.scenarios.update import AFTER, ARCH, BEFORE, VARIANT
from simulator.stage import Stage
from simulator.world.autoscaling.group_records import Fault
from tests.scenarios.test_replacing import booted_image, fleet, play_on, refreshes, versions
from tests.scenarios.test_updates import is_harmless, state

WHY = {
    "never_joins": "has not registered in ECS",
    "agent_lost": "its ECS agent is not connected",
    "other_version": f"it runs {BEFORE} instead of 1.64.0",
    "starts_nothing": "its tasks do not start",
}


@pytest.mark.parametrize("fault", ["never_joins", "agent_lost", "other_version", "starts_nothing"])
def test_a_canary_that_does_not_serve_halts_the_rollout_at_its_first_step(fault: Fault) -> None:
    def happens(stage: Stage) -> None:
        stage.world.add_service("prod", "logs", desired=1, cpu=64, memory_mib=64, daemon=True)
        stage.world.break_newcomers("web", fault)

    stage, played = play_on(fleet(happens, minutes=25))

    assert state(played) == "halted"
    halted = played.notice("BottlerocketRolloutHalted")
    assert halted["severity"] == "page"
    assert WHY[fault] in str(played.result.rollout)
    assert refreshes(played)[0] == "Started"
    assert refreshes(played).count("Started") == 1
    assert len([f for f in played.facts("instance_launched", group="web") if f.at_s > 0]) <= 2
    assert booted_image(stage) == BEFORE
    assert versions(stage).count(BEFORE) >= 3
    assert "BottlerocketRolloutDone" not in played.codes
    is_harmless(played)


def test_by_policy_what_never_joined_is_replaced_by_the_release_before() -> None:
    def happens(stage: Stage) -> None:
        stage.world.break_newcomers("web", "never_joins")
        stage.at(13, lambda: stage.world.break_newcomers("web", None))

    stage, played = play_on(fleet(happens, minutes=35, parameters={"UpdateOnHalt": "rollback"}))

    assert state(played) == "halted"
    assert versions(stage) == [BEFORE] * 4
    assert all(stage.world.find_host(instance) for instance in stage.instances("web"))
    is_harmless(played)


def test_a_wave_that_does_not_serve_halts_before_the_next_one() -> None:
    def happens(stage: Stage) -> None:
        stage.at(14, lambda: stage.world.break_newcomers("web", "agent_lost"))

    stage, played = play_on(fleet(happens, instances=6, minutes=35, parameters={"UpdateWaves": "34 100"}))

    assert state(played) == "halted"
    assert "its ECS agent is not connected" in str(played.result.rollout)
    assert refreshes(played).count("Started") == 2
    assert booted_image(stage) == BEFORE
    assert played.codes.count("BottlerocketTemplateSetBack") == 1
    is_harmless(played)


def move_by_hand(how: str) -> Callable[[Stage], None]:
    """What an operator has the group launch, by the time that the release comes out."""

    def happens(stage: Stage) -> None:
        world = stage.world
        public = image_of(stage, BEFORE)
        world.put_parameter("/images/ours", public)
        other = world.bottlerocket.releases.publish("aws-ecs-3", ARCH, AFTER, long_ago=True).image_id
        name = f"bottlerocket-{VARIANT}-{ARCH}-v{BEFORE}-0a1b2c3d"
        moved = {
            "another variant": lambda: world.move_template("web", other),
            "an encrypted copy under the public name": lambda: world.move_template(
                "web", world.copy_image(public, name)
            ),
            "a parameter of their own": lambda: world.move_template("web", "resolve:ssm:/images/ours"),
            "the parameter of a version": lambda: world.move_template(
                "web", f"resolve:ssm:/aws/service/bottlerocket/{VARIANT}/{ARCH}/{BEFORE}/image_id"
            ),
            "an override": lambda: world.override_image("web", public),
        }
        stage.at(0.5, moved[how])

    return happens


OWN = ["another variant", "an encrypted copy under the public name", "a parameter of their own",
       "the parameter of a version", "an override"]  # fmt: skip


@pytest.mark.parametrize("how", OWN)
def test_what_an_operator_chose_is_never_set_back_nor_churned_and_told_once(how: str) -> None:
    stage, played = play_on(fleet(move_by_hand(how), minutes=12))

    assert versions(stage) == [BEFORE] * 4
    assert refreshes(played) == []
    assert played.facts("launch_template_version", actor="ballast") == []
    assert played.facts("group_template") == []
    assert played.codes.count("BottlerocketTemplateDrift") == 1
    assert played.notice("BottlerocketTemplateDrift")["severity"] == "info"
    is_harmless(played)


@pytest.mark.parametrize("strategy", ["in-place", "replace"])
def test_when_an_alarm_halts_a_template_that_boots_the_release_goes_back_before_the_group_grows(strategy: str) -> None:
    def happens(stage: Stage) -> None:
        world = stage.world
        world.alarms["errors"] = "OK"
        stage.at(3, lambda: world.move_template("web", image_of(stage, AFTER)))
        stage.at(8, lambda: world.alarms.update(errors="ALARM"))
        stage.at(14, lambda: world.set_desired("web", 7))

    parameters = {"UpdateStrategy": strategy, "UpdateAlarms": "errors"}
    stage, played = play_on(fleet(happens, minutes=20, launches_from="$Latest", parameters=parameters))

    assert state(played) == "halted"
    assert booted_image(stage) == BEFORE
    assert versions(stage).count(AFTER) <= 1
    assert played.codes.count("BottlerocketTemplateSetBack") == 1


def test_where_templates_may_not_be_changed_the_group_and_what_it_boots_are_told_by_name() -> None:
    def happens(stage: Stage) -> None:
        stage.at(25, lambda: stage.world.bottlerocket.releases.recall(VARIANT, ARCH))
        stage.at(26, stage.check_releases)
        stage.at(24, lambda: stage.world.move_template("web", image_of(stage, AFTER)))
        stage.at(32, lambda: stage.world.set_desired("web", 5))

    parameters = {"UpdateStrategy": "in-place", "UpdateLaunchTemplates": "report", "UpdateCanaryBakeMinutes": "1"}
    stage, played = play_on(fleet(happens, instances=2, minutes=40, parameters=parameters))

    assert state(played) == "halted"
    drifts = [n["what"] for n in played.result.notices if n["code"] == "BottlerocketTemplateDrift"]
    assert [what for what in drifts if what.startswith(f"Auto Scaling group web still launches Bottlerocket {AFTER}")]
    named = str(played.notice("BottlerocketBadReleaseBooted")["what"])
    assert [i for i in stage.instances("web")[-3:] if i in named]


def image_of(stage: Stage, version: str) -> str:
    published = stage.world.bottlerocket.releases.lines[VARIANT, ARCH].published
    return next(release.image_id for release in published if release.version == version)
