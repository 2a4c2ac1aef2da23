"""Rollouts as timelines: a small fleet of Bottlerocket hosts, one thing that happens to it, and how it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from simulator.scenarios.update import AFTER, ARCH, BEFORE, UPDATES, VARIANT
from simulator.stage import MANAGED, Scenario, Stage
from simulator.world.bottlerocket.host import BottlerocketHost
from tests.scenarios.stages import Played, a_scenario, play

QUICK = {**UPDATES, "UpdateCanaryBakeMinutes": "2", "UpdateWaveBakeMinutes": "1", "UpdateWaves": "50 100"}
SOON = 1.5  # minutes: the release is out, the first sweep has seen the cluster


def fleet(
    happens: Callable[[Stage], None] = lambda _stage: None,
    *,
    instances: int = 4,
    minutes: float = 60,
    tags: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
) -> Scenario:
    """`instances` with two tasks each; the new release is seen after two minutes; `happens` sets up the rest."""

    def build(stage: Stage) -> None:
        world = stage.world
        releases = world.bottlerocket.releases
        releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
        world.add_cluster("prod", {**MANAGED, **(tags or {})})
        world.add_group("web", "prod", desired=instances, capacity_provider="web", bottlerocket=(VARIANT, ARCH, BEFORE))
        world.add_service("prod", "api", desired=2 * instances, cpu=512, memory_mib=1024)
        stage.at(1, stage.check_releases)
        stage.at(SOON, lambda: releases.publish(VARIANT, ARCH, AFTER))
        stage.at(2, stage.check_releases)
        happens(stage)

    return a_scenario(build, minutes=minutes, parameters={**QUICK, **(parameters or {})})


def troubles(stage: Stage, number: int | None = None, **changes: Any) -> None:
    """Of one instance of the group, or of all."""
    for index, instance_id in enumerate(stage.instances("web")):
        if number in (None, index):
            for name, value in changes.items():
                setattr(stage.world.bottlerocket.require(instance_id).troubles, name, value)


def state(played: Played) -> str:
    assert played.result.rollout
    return str(played.result.rollout["state"])


def is_harmless(played: Played) -> None:
    """Whatever happened: nobody was cut off, nothing is left behind."""
    assert played.broken == []
    assert played.result.budget_violations == 0
    assert played.result.stranded_draining == 0
    assert played.result.service_minimum_violations == 0


def drained(played: Played) -> Counter[str]:
    """How often Ballast set each instance DRAINING."""
    facts = played.facts("container_instance_status", new="DRAINING", actor="ballast")
    return Counter(f.data["instance"] for f in facts)


def test_thirty_instances_go_from_one_release_to_the_next_with_a_canary_and_waves() -> None:
    played = play("update")

    assert played.result.rollout == {
        "state": "done", "target": AFTER, "total": 30, "on_target": 30, "failed": 0, "excluded": 0, "halted_reason": None,
    }  # fmt: skip
    booted = [f.at_s for f in played.facts("os_booted", version=AFTER)]
    assert len(booted) == 30
    assert booted[1] - booted[0] >= 600  # the canary bakes alone
    assert played.result.moves_per_task <= 1.3
    assert max(drained(played).values()) == 1
    assert played.codes[-2:] == ["BottlerocketRolloutDone", "BottlerocketTemplateFollows"]
    is_harmless(played)


def test_a_canary_that_does_not_come_back_halts_the_rollout_and_pages_once() -> None:
    played = play("bad-update")

    assert state(played) == "halted"
    assert len(drained(played)) == 1
    assert [n["code"] for n in played.result.notices if n["severity"] == "page"] == ["BottlerocketRolloutHalted"]
    assert "did not come back within 15 min" in played.result.rollout["halted_reason"]  # type: ignore[index]
    assert len(played.facts("instance_launched", group="web")) == 31
    is_harmless(played)


def test_every_instance_has_its_update_settings_back_at_the_end() -> None:
    hosts: list[BottlerocketHost] = []

    def happens(stage: Stage) -> None:
        for instance_id in stage.instances("web"):
            host = stage.world.bottlerocket.require(instance_id)
            host.version_lock, host.ignore_waves = ("latest", False) if len(hosts) % 2 else ("v1.63.0", True)
            hosts.append(host)

    played = play(fleet(happens))

    assert state(played) == "done"
    assert [(h.version, h.version_lock, h.ignore_waves) for h in hosts] == [
        (AFTER, "v1.63.0", True), (AFTER, "latest", False), (AFTER, "v1.63.0", True), (AFTER, "latest", False),
    ]  # fmt: skip
    is_harmless(played)


def test_what_a_host_says_reaches_no_command_and_holds_up_no_other_host() -> None:
    """A version lock of `$(reboot); x` was refused by SSM when it was to be put back, and the rollout stood."""

    def happens(stage: Stage) -> None:
        first, second, *_ = map(stage.world.bottlerocket.require, stage.instances("web"))
        first.version_lock = "$(reboot); x"
        second.reported_version = "$(reboot)"

    played = play(fleet(happens))

    assert state(played) == "done"
    assert (played.result.rollout or {}).items() >= {"on_target": 2, "excluded": 2, "failed": 0}.items()
    assert [f for f in played.journal if "$(" in str(f.data.get("params"))] == []
    is_harmless(played)


def test_an_instance_stays_out_of_service_until_the_target_is_verified() -> None:
    played = play(fleet())

    for booted in played.facts("os_booted", version=AFTER):
        (active,) = played.facts("container_instance_status", new="ACTIVE", instance=booted.data["instance"])
        asked = [f for f in played.facts("command_ended", instance=booted.data["instance"]) if f.at_s > booted.at_s]
        assert booted.at_s < asked[0].at_s < active.at_s
    is_harmless(played)


def test_a_canary_that_boots_into_the_old_release_serves_again_and_halts_the_rollout() -> None:
    played = play(fleet(lambda stage: troubles(stage, failed_boots=9)))

    assert state(played) == "halted"
    assert f"it booted into {BEFORE} again instead of {AFTER}" in str(played.result.rollout)
    assert len(drained(played)) == 1
    assert len(played.facts("container_instance_status", new="ACTIVE", actor="ballast")) == 1
    is_harmless(played)


def test_an_instance_that_fell_back_is_tried_again_after_a_while() -> None:
    def happens(stage: Stage) -> None:
        stage.at(12, lambda: troubles(stage, failed_boots=1))  # the canary is through

    parameters = {"UpdateFailureBudget": "4", "UpdateCanaryBakeMinutes": "10"}
    played = play(fleet(happens, minutes=120, parameters=parameters))

    assert state(played) == "done"
    assert played.result.rollout["on_target"] == 4  # type: ignore[index]
    assert sorted(drained(played).values()) == [1, 2, 2, 2]
    is_harmless(played)


@pytest.mark.parametrize(
    "changes",
    [
        {"failed_prepares": 1},
        {"locked_until_s": 600.0},
        {"failed_prepares": 2, "locked_until_s": 300.0},
    ],
)
def test_what_goes_wrong_while_an_instance_serves_costs_no_capacity(changes: dict[str, Any]) -> None:
    played = play(fleet(lambda stage: troubles(stage, **changes), minutes=150))

    assert state(played) == "done"
    assert set(drained(played).values()) == {1}
    is_harmless(played)


def test_a_repository_that_cannot_be_reached_halts_the_rollout_before_anything_is_drained() -> None:
    played = play(fleet(lambda stage: troubles(stage, unreachable_repository=True), minutes=120))

    assert state(played) == "halted"
    assert not drained(played)
    assert played.result.rollout["failed"] == 1  # type: ignore[index]
    is_harmless(played)


def test_an_instance_whose_agent_stays_away_is_replaced_and_its_successor_updated() -> None:
    def happens(stage: Stage) -> None:
        troubles(stage, max(range(4), key=lambda n: stage.instances("web")[n]), agent_stays_away=True)

    played = play(fleet(happens, minutes=150))

    assert state(played) == "done"
    assert len(played.facts("instance_launched", group="web")) == 5
    assert played.result.rollout["on_target"] == 4  # type: ignore[index]
    assert played.result.rollout["failed"] == 1  # type: ignore[index]
    is_harmless(played)


def test_a_recall_halts_the_rollout_and_names_the_instances_that_run_it() -> None:
    def happens(stage: Stage) -> None:
        stage.at(16, lambda: stage.world.bottlerocket.releases.recall(VARIANT, ARCH))
        stage.at(17, stage.check_releases)

    played = play(fleet(happens))

    assert state(played) == "halted"
    recalled = played.notice("BottlerocketReleaseRecalled")
    assert recalled["severity"] == "page"
    updated = {f.data["instance"] for f in played.facts("os_booted", version=AFTER)}
    assert 1 <= len(updated) < 4
    is_harmless(played)


def test_a_rollback_takes_every_updated_instance_back_inside_the_budget() -> None:
    def happens(stage: Stage) -> None:
        stage.at(45, lambda: stage.command("rollback"))

    played = play(fleet(happens, minutes=120))

    assert state(played) == "rolled_back"
    assert played.result.rollout["target"] == BEFORE  # type: ignore[index]
    assert played.result.rollout["on_target"] == 4  # type: ignore[index]
    assert len(played.facts("os_booted", version=BEFORE)) == 4
    assert "BottlerocketRolledBack" in played.codes
    is_harmless(played)


def test_nothing_is_started_outside_the_maintenance_window() -> None:
    # The story begins on Monday at 09:00 UTC; the window opens at 10:00 in London, too short for another drain after 10:45.
    played = play(
        fleet(minutes=240, parameters={"UpdateWindows": "0 10 * * * for 2h in Europe/London"}),
    )

    starts = [f.at_s / 60 for f in played.facts("container_instance_status", new="DRAINING", actor="ballast")]
    assert starts
    assert min(starts) >= 60
    assert max(starts) <= 60 + 120 - 60 - 15
    assert state(played) == "done"
    is_harmless(played)


@pytest.mark.parametrize("calendars", [{}, {"frozen-weeks": False}])
def test_a_calendar_that_is_closed_or_unknown_lets_nothing_begin(calendars: dict[str, bool]) -> None:
    played = play(
        fleet(lambda stage: stage.world.calendars.update(calendars), parameters={"UpdateCalendars": "frozen-weeks"})
    )

    assert state(played) == "running"
    assert not drained(played)
    assert not played.facts("command_sent")


def test_a_calendar_that_opens_lets_it_begin() -> None:
    def happens(stage: Stage) -> None:
        stage.world.calendars["frozen-weeks"] = False
        stage.at(20, lambda: stage.world.calendars.update({"frozen-weeks": True}))

    played = play(fleet(happens, minutes=90, parameters={"UpdateCalendars": "frozen-weeks"}))

    assert state(played) == "done"
    assert min(f.at_s for f in played.facts("command_sent")) >= 20 * 60
    is_harmless(played)


@pytest.mark.parametrize(
    "tags",
    [
        {"ballast:update-freeze": "true"},
        {"ballast:update-freeze": "2026-12-24"},
        {"ballast:do-not-disrupt": "true"},
        {"ballast:update-windows": "whenever you like"},
        {"ballast:update-waves": "100 10"},
    ],
)
def test_a_freeze_an_opt_out_or_an_unreadable_tag_lets_nothing_begin(tags: dict[str, str]) -> None:
    played = play(fleet(tags=tags))

    assert not drained(played)
    assert not played.facts("command_sent")


def test_manual_approval_waits_for_somebodys_word() -> None:
    def happens(stage: Stage) -> None:
        stage.at(20, lambda: stage.command("approve", version="1.99.0"))
        stage.at(30, lambda: stage.command("approve", version=AFTER))

    played = play(fleet(happens, minutes=90, parameters={"UpdateApproval": "manual"}))

    assert played.notice("BottlerocketRolloutPlanned")["severity"] == "ticket"
    assert played.codes.count("BottlerocketCommandRefused") == 1
    assert state(played) == "done"
    assert min(f.at_s for f in played.facts("command_sent")) >= 30 * 60
    is_harmless(played)


def test_a_halted_rollout_touches_no_further_instance_until_it_is_resumed() -> None:
    def happens(stage: Stage) -> None:
        stage.at(12, lambda: stage.command("halt", reason="errors in checkout"))
        stage.at(40, lambda: stage.command("resume"))

    played = play(fleet(happens, minutes=120))

    starts = [f.at_s / 60 for f in played.facts("container_instance_status", new="DRAINING", actor="ballast")]
    assert [s for s in starts if 12.2 < s < 40] == []
    assert [s for s in starts if s > 40]
    assert played.notice("BottlerocketRolloutHalted")["severity"] == "ticket"
    assert state(played) == "done"
    is_harmless(played)


def test_an_alarm_halts_the_rollout() -> None:
    def happens(stage: Stage) -> None:
        stage.world.alarms["checkout-errors"] = "OK"
        stage.at(12, lambda: stage.world.alarms.update({"checkout-errors": "ALARM"}))

    played = play(fleet(happens, parameters={"UpdateAlarms": "checkout-errors"}))

    assert state(played) == "halted"
    assert "checkout-errors is in ALARM" in str(played.result.rollout)
    assert 1 <= len(drained(played)) < 4
    is_harmless(played)


@pytest.mark.parametrize("name", ["SERVICE_DEPLOYMENT_FAILED", "SERVICE_TASK_START_IMPAIRED"])
def test_a_service_in_trouble_halts_the_rollout(name: str) -> None:
    def happens(stage: Stage) -> None:
        arn = "arn:aws:ecs:us-east-1:123456789012:service/prod/api"
        detail = {"eventType": "ERROR", "eventName": name, "clusterArn": "arn:aws:ecs:us-east-1:1:cluster/prod"}
        stage.at(12, lambda: stage.world.emit("aws.ecs", "ECS Service Action", [arn], detail))

    played = play(fleet(happens))

    assert state(played) == "halted"
    assert "service api" in str(played.result.rollout)
    is_harmless(played)


def test_what_must_not_be_disturbed_is_left_as_it_is_and_reported() -> None:
    def happens(stage: Stage) -> None:
        last = stage.world.host(max(stage.instances("web")))
        last.tags["ballast:do-not-disrupt"] = "true"

    played = play(fleet(happens))

    assert played.result.rollout == {
        "state": "done", "target": AFTER, "total": 4, "on_target": 3, "failed": 0, "excluded": 1, "halted_reason": None,
    }  # fmt: skip
    is_harmless(played)


def test_an_instance_that_can_never_be_drained_holds_nobody_up() -> None:
    def happens(stage: Stage) -> None:
        for arn in list(stage.world.host(max(stage.instances("web"))).unfinished):
            stage.world.protect_task(arn, 48 * 3600)

    played = play(fleet(happens, minutes=240))

    assert state(played) == "done"
    assert played.result.rollout["excluded"] == 1  # type: ignore[index]
    assert played.result.rollout["on_target"] == 3  # type: ignore[index]
    is_harmless(played)


@pytest.mark.parametrize("minute", [5.5, 6.5, 7.5, 8.5])
def test_a_spot_interruption_in_the_middle_of_an_update_goes_its_own_way(minute: float) -> None:
    played = play(
        fleet(lambda stage: stage.at(minute, lambda: stage.world.warn_spot(min(stage.instances("web")))), minutes=120)
    )

    assert state(played) == "done"
    assert played.result.rollout["on_target"] == 4  # type: ignore[index]
    assert played.broken == []
    assert played.result.stranded_draining == 0


def test_commands_that_are_never_delivered_are_sent_again() -> None:
    def happens(stage: Stage) -> None:
        stage.world.run_command.undelivered = 0.4

    played = play(fleet(happens, minutes=240))

    assert state(played) == "done"
    assert played.result.rollout["on_target"] == 4  # type: ignore[index]
    is_harmless(played)


def test_a_pinned_version_wins_over_the_newest() -> None:
    def happens(stage: Stage) -> None:
        stage.world.bottlerocket.releases.publish(VARIANT, ARCH, "1.63.0", long_ago=True)

    played = play(fleet(happens, tags={"ballast:update-version": "1.63.0"}))

    assert played.result.rollout["target"] == "1.63.0"  # type: ignore[index]
    assert state(played) == "done"
    assert not played.facts("os_booted", version=AFTER)
    is_harmless(played)


def test_a_forged_release_changes_nothing() -> None:
    forged = {
        "schemaVersion": "1", "variant": VARIANT, "arch": ARCH, "version": "9.9.9", "imageId": "ami-0123456789abcdef0",
        "previousVersion": BEFORE, "previousImageId": None, "seenAt": "2026-11-23T09:00:00+00:00",
    }  # fmt: skip

    def happens(stage: Stage) -> None:
        event = {
            "version": "0", "id": "forged", "detail-type": "Bottlerocket Release Available", "source": "ballast",
            "time": "2026-11-23T09:00:00Z", "resources": [], "detail": forged,
        }  # fmt: skip
        stage.at(3, lambda: stage.deployment.bus.put(event))

    played = play(fleet(happens))

    assert played.result.rollout["target"] == AFTER  # type: ignore[index]
    assert state(played) == "done"


def test_dry_run_says_what_it_would_do_once_and_touches_nothing() -> None:
    played = play(fleet(), DryRun="true")

    assert played.codes.count("BottlerocketRolloutPlanned") == 1
    assert not played.facts("command_sent")
    assert not drained(played)
    assert played.result.rollout is None
