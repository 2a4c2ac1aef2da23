"""Strategy `replace` and launch templates as timelines: Auto Scaling does the work, Ballast drives and watches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from simulator.delivery.redeploy import redeploy
from simulator.invariants import violations
from simulator.invariants.told import told_in
from simulator.result import result_of
from simulator.scenarios.update import AFTER, ARCH, BEFORE, UPDATES, VARIANT
from simulator.stage import LIVE, MANAGED, Scenario, Stage
from tests.scenarios.stages import Played, a_scenario, play
from tests.scenarios.test_updates import is_harmless, state

QUICK = {
    **UPDATES,
    "UpdateStrategy": "replace",
    "UpdateCanaryBakeMinutes": "3",
    "UpdateWaveBakeMinutes": "1",
    "UpdateWaves": "50 100",
    "DisruptionBudget": "1",
    "UpdateReturnMinutes": "5",  # the canary warms up for as long, and two minutes
}


def fleet(
    happens: Callable[[Stage], None] = lambda _stage: None,
    *,
    instances: int = 4,
    minutes: float = 45,
    launches_from: str = "1",
    parameters: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
) -> Scenario:
    """One group of `instances` with two tasks each; the new release is seen after two minutes."""

    def build(stage: Stage) -> None:
        world = stage.world
        releases = world.bottlerocket.releases
        releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
        world.add_cluster("prod", {**MANAGED, **(tags or {})})
        world.add_group(
            "web",
            "prod",
            desired=instances,
            capacity_provider="web",
            bottlerocket=(VARIANT, ARCH, BEFORE),
            launches_from=launches_from,
        )
        world.add_service("prod", "api", desired=2 * instances, cpu=512, memory_mib=1024)
        stage.at(1, stage.check_releases)
        stage.at(1.5, lambda: releases.publish(VARIANT, ARCH, AFTER))
        stage.at(2, stage.check_releases)
        happens(stage)

    return a_scenario(build, minutes=minutes, parameters={**QUICK, **(parameters or {})})


def versions(played_on: Stage) -> list[str]:
    hosts = (played_on.world.bottlerocket.require(i) for i in played_on.instances("web"))
    return sorted(host.version for host in hosts)


def refreshes(played: Played) -> list[str]:
    return [f.data["what"] for f in played.facts("instance_refresh")]


def play_on(scenario: Scenario) -> tuple[Stage, Played]:
    """The world as it is at the end, too."""
    with Stage(scenario, 1) as stage:
        stage.play()
        return stage, Played(result_of(stage), stage.world.journal, violations(stage))


def booted_image(stage: Stage) -> str:
    group = stage.world.groups.groups["web"]
    assert group.template
    image = stage.world.launch_templates.image_of(group.template.version(group.template_version))
    found = stage.world.bottlerocket.releases.of_image(image)
    assert found
    return found[1].version


@pytest.mark.parametrize("launches_from", ["1", "$Latest", "$Default", "parameter"])
def test_a_group_is_replaced_by_an_instance_refresh_with_a_canary_whatever_it_launches_from(launches_from: str) -> None:
    stage, played = play_on(fleet(launches_from=launches_from))

    assert played.result.rollout == {
        "state": "done", "target": AFTER, "total": 4, "on_target": 4, "failed": 0, "excluded": 0, "halted_reason": None,
    }  # fmt: skip
    steps = ["Started", "Checkpoint Reached", "Succeeded"] * 3
    assert refreshes(played) == (steps if launches_from == "parameter" else [*steps[:7], "Succeeded"])
    assert versions(stage) == [AFTER] * 4
    assert booted_image(stage) == AFTER
    assert played.codes[-1] == "BottlerocketRolloutDone"
    is_harmless(played)


def test_a_new_instance_is_launched_before_an_old_one_is_drained() -> None:
    played = play(fleet())

    launched = [f.at_s for f in played.facts("instance_launched") if f.at_s > 0]
    drained = [f.at_s for f in played.facts("container_instance_status", new="DRAINING")]
    assert len(launched) == len(drained) == 4
    assert all(before < after for before, after in zip(launched, drained, strict=True))


def test_a_refresh_that_fails_is_rolled_back_by_auto_scaling_halts_the_rollout_and_pages_once() -> None:
    def happens(stage: Stage) -> None:
        stage.at(9, lambda: stage.world.refreshes.give_up("web", "Instances failed to become healthy."))

    stage, played = play_on(fleet(happens))

    assert state(played) == "halted"
    assert refreshes(played)[-1] == "Rollback Succeeded"
    assert versions(stage) == [BEFORE] * 4
    assert booted_image(stage) == BEFORE
    assert [n["severity"] for n in played.result.notices].count("page") == 1
    halted = played.notice("BottlerocketRolloutHalted")
    assert halted["severity"] == "page"
    is_harmless(played)


def test_a_halt_cancels_the_refresh_and_a_resume_replaces_only_the_others() -> None:
    def happens(stage: Stage) -> None:
        stage.at(10, lambda: stage.command("halt", reason="not today"))
        stage.at(25, lambda: stage.command("resume"))

    stage, played = play_on(fleet(happens, minutes=80))

    ends = [f.at_s for f in played.facts("instance_refresh", what="Cancelled")]
    assert len(ends) == 1
    assert 600 <= ends[0] <= 750
    assert [f for f in played.facts("instance_launched") if 750 < f.at_s < 1500] == []
    assert state(played) == "done"
    assert versions(stage) == [AFTER] * 4
    assert len([f for f in played.facts("instance_launched") if f.at_s > 0]) == 4
    is_harmless(played)


def test_a_rollback_replaces_the_instances_with_the_image_before() -> None:
    def happens(stage: Stage) -> None:
        stage.at(45, lambda: stage.command("rollback"))

    stage, played = play_on(fleet(happens, minutes=110))

    assert state(played) == "rolled_back"
    assert versions(stage) == [BEFORE] * 4
    assert booted_image(stage) == BEFORE
    is_harmless(played)


def test_an_alarm_halts_the_rollout_and_no_further_instance_is_replaced() -> None:
    def happens(stage: Stage) -> None:
        stage.world.alarms["errors"] = "OK"
        stage.at(8, lambda: stage.world.alarms.update(errors="ALARM"))

    stage, played = play_on(fleet(happens, parameters={"UpdateAlarms": "errors"}))

    assert state(played) == "halted"
    assert refreshes(played)[-1] == "Cancelled"
    assert versions(stage).count(AFTER) <= 2
    is_harmless(played)


def test_a_closed_calendar_pauses_the_refresh_and_it_goes_on_when_it_opens() -> None:
    def happens(stage: Stage) -> None:
        stage.world.calendars["freeze"] = True
        stage.at(10, lambda: stage.world.calendars.update(freeze=False))
        stage.at(30, lambda: stage.world.calendars.update(freeze=True))

    stage, played = play_on(fleet(happens, minutes=80, parameters={"UpdateCalendars": "freeze"}))

    assert refreshes(played).count("Cancelled") == 1
    assert [f for f in played.facts("instance_launched") if 750 < f.at_s < 1800] == []
    assert state(played) == "done"
    assert versions(stage) == [AFTER] * 4
    is_harmless(played)


def test_a_group_whose_launch_template_may_not_be_changed_is_left_and_reported() -> None:
    stage, played = play_on(fleet(parameters={"UpdateLaunchTemplates": "report"}))

    assert versions(stage) == [BEFORE] * 4
    assert played.result.rollout
    assert (played.result.rollout["state"], played.result.rollout["excluded"]) == ("done", 4)
    assert refreshes(played) == []
    assert "BottlerocketTemplateDrift" in played.codes
    is_harmless(played)


def test_an_instance_refresh_of_somebody_else_is_waited_for() -> None:
    def happens(stage: Stage) -> None:
        group = stage.world.groups.groups["web"]
        preferences = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 125}
        stage.at(1, lambda: stage.world.refreshes.start(group, None, preferences))

    stage, played = play_on(fleet(happens, minutes=90))

    started = [f.at_s for f in played.facts("instance_refresh", what="Started")]
    ended = [f.at_s for f in played.facts("instance_refresh", what="Succeeded")]
    assert len(started) == len(ended) == 4
    assert ended[0] < started[1]
    assert versions(stage) == [AFTER] * 4


@pytest.mark.parametrize("launches_from", ["1", "$Latest", "$Default"])
def test_after_an_in_place_rollout_new_instances_boot_the_new_release(launches_from: str) -> None:
    stage, played = play_on(fleet(launches_from=launches_from, parameters={"UpdateStrategy": "in-place"}))

    assert played.codes[-2:] == ["BottlerocketRolloutDone", "BottlerocketTemplateFollows"]
    assert booted_image(stage) == AFTER
    group = stage.world.groups.groups["web"]
    assert group.template
    assert [v.number for v in group.template.versions.values()] == [1, 2]  # none was edited, none too many
    assert group.template_version == ("2" if launches_from == "1" else launches_from)


def test_a_template_that_resolves_a_parameter_needs_no_new_version() -> None:
    stage, played = play_on(fleet(launches_from="parameter", parameters={"UpdateStrategy": "in-place"}))

    assert played.codes[-1] == "BottlerocketRolloutDone"
    assert len(played.facts("launch_template_version")) == 0
    assert booted_image(stage) == AFTER


def test_a_template_that_is_set_back_is_drift_and_told_once() -> None:
    def happens(stage: Stage) -> None:
        stage.at(50, lambda: setattr(stage.world.groups.groups["web"], "template_version", "1"))

    _, played = play_on(fleet(happens, minutes=70, parameters={"UpdateStrategy": "in-place"}))

    assert played.codes.count("BottlerocketTemplateFollows") == 1
    assert played.codes.count("BottlerocketTemplateDrift") == 1
    assert played.notice("BottlerocketTemplateDrift")["severity"] == "ticket"


def test_a_template_that_ballast_may_not_change_is_drift_and_told_once() -> None:
    parameters = {"UpdateStrategy": "in-place", "UpdateLaunchTemplates": "report"}
    stage, played = play_on(fleet(parameters=parameters))

    assert played.codes.count("BottlerocketTemplateDrift") == 1
    assert booted_image(stage) == BEFORE


NOT_GRANTED = {"UpdateLaunchTemplates": "report", "InstanceRoleArns": ""}
ASKS_TO_FOLLOW = {"ballast:update-launch-templates": "follow"}


@pytest.mark.parametrize("strategy", ["in-place", "replace"])
def test_a_tag_that_asks_for_what_the_stack_was_not_granted_is_told_once_and_never_tried(strategy: str) -> None:
    parameters = {"UpdateStrategy": strategy, **NOT_GRANTED}
    stage, played = play_on(fleet(parameters=parameters, tags=ASKS_TO_FOLLOW, minutes=120))

    assert booted_image(stage) == BEFORE
    assert played.codes.count("BottlerocketTemplateDrift") == 1
    told = played.notice("BottlerocketTemplateDrift")
    assert told["severity"] == "ticket"
    posts = [str(message.looks) for message in stage.deployment.slack.messages]
    assert [post for post in posts if "until its parameter InstanceRoleArns names the roles" in post]
    assert stage.deployment.aws_calls["ec2:CreateLaunchTemplateVersion"] == 0
    assert [call for call in stage.deployment.calls if call.outcome.startswith("AccessDenied")] == []
    is_harmless(played)


def test_a_tag_that_asks_for_more_than_the_stack_grants_is_one_ticket_and_never_tried() -> None:
    asks = {"ballast:update-strategy": "in-place"}
    stage, played = play_on(fleet(tags=asks, parameters={"UpdateStrategy": "off"}, minutes=60))

    assert played.codes.count("BottlerocketRolloutStands") == 1
    assert played.notice("BottlerocketRolloutStands")["severity"] == "ticket"
    posts = [str(message.looks) for message in stage.deployment.slack.messages]
    assert [post for post in posts if "until its parameter UpdateRights=in-place grants it" in post]
    assert stage.deployment.aws_calls["ssm:SendCommand"] == 0
    assert [call for call in stage.deployment.calls if call.outcome.startswith("AccessDenied")] == []
    is_harmless(played)


GRANTED = {"UpdateStrategy": "off", "UpdateRights": "replace"}


@pytest.mark.parametrize(
    ("strategy", "amid", "left"),
    [("in-place", "BottlerocketRolloutProgress", "(draining)"), ("replace", None, "the instance refresh of web")],
)
def test_updates_turned_off_with_their_rights_leave_what_is_under_way_for_a_ticket_and_end_it_once_granted(
    strategy: str, amid: str | None, left: str
) -> None:
    """As the first drain is told of, or after nine minutes."""
    told: list[str] = []

    def happens(stage: Stage) -> None:
        def turn_off() -> None:
            redeploy(stage.deployment, {**LIVE, **QUICK, "UpdateStrategy": "off"})

        def heard(event: Mapping[str, Any]) -> None:
            told.append(event["detail"].get("code", ""))
            if told[-1] == amid and told.count(amid) == 1:
                stage.clock.after(1, turn_off)

        if amid:
            stage.deployment.bus.listeners.append(heard)
        else:
            stage.at(9, turn_off)
        stage.at(54, lambda: redeploy(stage.deployment, {**LIVE, **QUICK, **GRANTED}))

    stage, played = play_on(fleet(happens, parameters={"UpdateStrategy": strategy}, minutes=84))

    assert [call for call in stage.deployment.calls if call.outcome.startswith(("AccessDenied", "Unauthorized"))] == []
    assert [n["code"] for n in played.result.notices if n["severity"] != "info"] == ["BottlerocketRolloutStands"]
    posts = [str(look) for message in stage.deployment.slack.messages for look in message.looks]
    post = next(post for post in posts if f"until its parameter UpdateRights={strategy} grants it" in post)
    assert left in post
    assert played.result.stranded_draining == 0
    assert [b for b in played.broken if not b.startswith("every_rollout_ends")] == []


def test_a_template_without_our_tag_is_told_and_never_tried() -> None:
    def happens(stage: Stage) -> None:
        stage.world.tag_template("web", {})

    stage, played = play_on(fleet(happens, parameters={"UpdateStrategy": "in-place"}))

    assert booted_image(stage) == BEFORE
    assert played.codes.count("BottlerocketTemplateDrift") == 1
    assert [call for call in stage.deployment.calls if call.outcome.startswith(("AccessDenied", "Unauthorized"))] == []


def test_a_tag_has_the_templates_of_one_cluster_follow_where_roles_are_named() -> None:
    parameters = {"UpdateStrategy": "in-place", "UpdateLaunchTemplates": "report"}
    stage, _ = play_on(fleet(parameters=parameters, tags=ASKS_TO_FOLLOW))

    assert booted_image(stage) == AFTER


def test_a_rollback_in_place_takes_the_launch_template_back_too() -> None:
    def happens(stage: Stage) -> None:
        stage.at(40, lambda: stage.command("rollback"))

    stage, played = play_on(fleet(happens, minutes=90, parameters={"UpdateStrategy": "in-place"}))

    assert state(played) == "rolled_back"
    assert versions(stage) == [BEFORE] * 4
    assert booted_image(stage) == BEFORE


def test_what_its_refresh_terminates_is_news_of_the_rollout_and_only_trouble_is_an_incident_of_its_own() -> None:
    """Three of four in five minutes are no page about a lost fleet either."""
    stuck: list[str] = []

    def happens(stage: Stage) -> None:
        stuck.extend(stage.instances("web")[:1])
        stage.world.run_task("prod", "export", on=stuck[0])

    with Stage(fleet(happens, minutes=50, parameters={"ScaleInDeadlineMinutes": "5"}), 1) as stage:
        stage.play()
        told = [detail for _, detail in told_in(stage)]
        assert violations(stage) == []

    about_hosts = [notice for notice in told if notice["instance"]]
    part = [n["code"] for n in about_hosts if n["incident"].startswith("prod/rollout/")]
    own = [(n["code"], n["instance"], n["closesIncident"]) for n in about_hosts if n["incident"].startswith("prod/i-")]
    assert set(part) == {"ScaleIn", "DrainFinished", "InstanceGone"}
    assert own == [
        ("DrainStuck", stuck[0], False),
        ("TasksCutOff", stuck[0], False),
        ("InstanceGone", stuck[0], True),
    ]
    assert "FleetLost" not in [notice["code"] for notice in told]
