"""The function as it is deployed: the template's rules, queue and variables around it, a simulated AWS behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

from ballast.errors import SettingsError
from ballast.shell.policy_settings import UpdateSettings
from functions.update_bottlerocket import handler
from simulator.clock import Clock
from simulator.delivery.functions import Context
from simulator.stage import MANAGED, Scenario, Stage
from tests.builders import load_event

CONTEXT = Context("1", "update-bottlerocket", "arn:aws:lambda:x:1:function:update-bottlerocket", Clock(), deadline_s=50)
VARIANT, ARCH = "aws-ecs-2", "x86_64"
BEFORE, AFTER = "1.62.1", "1.64.0"
AT_ONCE = {"UpdateStrategy": "in-place", "UpdateBakeDays": "0", "UpdateCanaryBakeMinutes": "2", "UpdateWaves": "100"}
CHANGES = (
    "SendCommand",
    "UpdateContainerInstancesState",
    "SetInstanceProtection",
    "CreateLaunchTemplateVersion",
    "UpdateAutoScalingGroup",
    "StartInstanceRefresh",
)
SAID_AT = "2026-11-23T09:02:00Z"  # when the stage has settled
NUMBERS = count(1)
OBEYED = ("BottlerocketRolloutHalted", "BottlerocketRolloutResumed")


class Updating:
    """A cluster `prod` with three hosts on BEFORE; AFTER is out, and watch_bottlerocket has seen it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.hosts = stage.instances("web")

    def send(self, *bodies: str, wait_s: float = 20) -> None:
        for body in bodies:
            self.stage.deployment.queues["UpdateEvents"].send(body)
        self.run(wait_s)

    def run(self, seconds: float) -> None:
        self.stage.clock.run_until(self.stage.clock.now_s + seconds)

    def versions(self) -> list[str]:
        return [self.stage.world.bottlerocket.require(host).version for host in self.hosts]

    def changes(self) -> dict[str, int]:
        calls = self.stage.deployment.calls
        return {
            name: number
            for name in CHANGES
            if (number := sum(c.operation == name and c.function == "UpdateBottlerocket" for c in calls))
        }

    @property
    def waiting(self) -> int:
        return len(self.stage.deployment.queues["UpdateEvents"])

    @property
    def notices(self) -> list[Mapping[str, Any]]:
        bus = self.stage.deployment.bus.events
        return [p.event["detail"] for p in bus if p.event["detail-type"] == "Ballast Notice"]

    def said(self, code: str) -> list[Mapping[str, Any]]:
        return [notice for notice in self.notices if notice["code"] == code]


def command(kind: str, cluster: str = "prod") -> str:
    """Said when the stage has settled, each in an event of its own."""
    event = load_event("ballast_update_command") | {"id": f"e-{next(NUMBERS)}", "time": SAID_AT}
    return json.dumps(event | {"detail": {"command": kind, "cluster": cluster, "by": "jo"}})


@contextmanager
def updating(*, clusters: tuple[str, ...] = ("prod",), **parameters: str) -> Iterator[Updating]:
    def build(stage: Stage) -> None:
        stage.world.bottlerocket.releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
        for name, group in zip(clusters, ("web", "other"), strict=False):
            stage.world.add_cluster(name, MANAGED)
            stage.world.add_group(group, name, desired=3, capacity_provider=group, bottlerocket=(VARIANT, ARCH, BEFORE))
            stage.world.add_service(name, "api", desired=3, cpu=512, memory_mib=1024)
        stage.at(1.2, lambda: stage.world.bottlerocket.releases.publish(VARIANT, ARCH, AFTER))
        stage.at(1.5, stage.check_releases)

    with Stage(Scenario("test", "made for one test", 60, build, {**AT_ONCE, **parameters}), 7) as stage:
        stage.play(2)
        yield Updating(stage)


def test_a_release_is_rolled_over_the_hosts_and_each_is_given_back() -> None:
    with updating() as updated:
        updated.run(50 * 60)

        assert updated.versions() == [AFTER] * 3
        assert updated.changes().keys() >= {"SendCommand", "UpdateContainerInstancesState"}
        assert {str(updated.stage.world.host(host).status) for host in updated.hosts} == {"ACTIVE"}
        assert len(updated.said("BottlerocketRolloutStarted")) == 1
        assert len(updated.said("BottlerocketRolloutDone")) == 1
        assert not updated.stage.deployment.dead_letters


def test_dry_run_changes_nothing_and_says_what_it_would_do() -> None:
    with updating(DryRun="true") as updated:
        updated.run(10 * 60)

        assert updated.changes() == {}
        assert updated.versions() == [BEFORE] * 3
        planned = updated.said("BottlerocketRolloutPlanned")
        assert planned
        assert all(notice["dryRun"] for notice in planned)
        assert updated.said("BottlerocketRolloutStarted") == []


def test_without_a_strategy_the_hosts_are_left_alone() -> None:
    with updating(UpdateStrategy="off") as updated:
        updated.run(10 * 60)

        assert updated.said("BottlerocketRolloutPlanned") == []
        calls = updated.stage.deployment.calls
        assert {c.service for c in calls if c.function == "UpdateBottlerocket"} == {"dynamodb"}


def test_a_good_command_is_obeyed_and_the_bad_messages_of_its_batch_are_dead_lettered_with_their_reason() -> None:
    bad = {
        "not json": "The message is not JSON",
        json.dumps(load_event("asg_instance_launch_successful")): "No function handles detail-type",
        command("dance"): "'dance'",
    }
    with updating() as updated:
        updated.send(*bad, command("halt"))

        letters = {letter.body: letter for letter in updated.stage.deployment.dead_letters}
        assert letters.keys() == bad.keys()
        for body, why in bad.items():
            assert why in letters[body].attributes["ERROR_MESSAGE"]
            assert letters[body].queue == "UpdateEventsDeadLetters"
        assert len(updated.said("BottlerocketRolloutHalted")) == 1
        assert updated.waiting == 0


def test_commands_of_one_batch_are_obeyed_one_after_the_other() -> None:
    with updating() as updated:
        updated.send(command("halt"), command("resume"), command("halt"))

        assert [n["code"].removeprefix("BottlerocketRollout") for n in updated.notices if n["code"] in OBEYED] == [
            "Halted",
            "Resumed",
            "Halted",
        ]


def test_a_release_that_nobody_published_changes_nothing() -> None:
    forged = load_event("bottlerocket_release_available")
    forged["detail"] |= {"variant": VARIANT, "arch": ARCH, "version": "9.9.9"}
    with updating(UpdateBakeDays="3") as updated:
        updated.send(json.dumps(forged), wait_s=630)  # between two sweeps

        assert "9.9.9" not in str(updated.notices)
        assert updated.stage.deployment.queues["UpdateEvents"].older_than(60) == []  # a sweep may wait for its batch


def early_release(stage: Stage) -> dict[str, Any]:
    """Of a version that is not recorded yet."""
    early = load_event("bottlerocket_release_available")
    early["time"] = f"{stage.clock.utc:%Y-%m-%dT%H:%M:%SZ}"
    early["detail"] |= {"variant": VARIANT, "arch": ARCH, "version": "1.65.0"}
    return early


def test_what_looks_like_ballasts_own_news_and_is_not_signed_is_left_to_the_sweep() -> None:
    """It made a round through all clusters, and came again for five minutes."""
    with updating(UpdateBakeDays="3") as updated:
        release = early_release(updated.stage)
        drained = {**release, "detail-type": "Ballast Instance Drained", "detail": {"cluster": "prod", "instance": "i"}}
        forged = {**release, "detail": {**updated.stage.signed("Ballast Notice", release["detail"])}}
        before = asked(updated, "ListContainerInstances")
        updated.send(*map(json.dumps, (release, drained, forged)), wait_s=20)

        assert updated.waiting == 0
        assert asked(updated, "ListContainerInstances") == before
        assert not updated.stage.deployment.dead_letters


def asked(updated: Updating, operation: str) -> int:
    calls = updated.stage.deployment.calls
    return sum(c.function == "UpdateBottlerocket" and c.operation == operation for c in calls)


def test_a_release_that_is_announced_before_it_is_recorded_is_heard_once_it_is() -> None:
    """The announcement overtook its record, was refused, and the rollout began a quarter of an hour late."""
    with updating(UpdateBakeDays="3") as updated:
        stage = updated.stage
        early = early_release(stage)
        early["detail"] = stage.signed(early["detail-type"], early["detail"])
        updated.send(json.dumps(early))
        assert updated.waiting == 1

        stage.world.bottlerocket.releases.publish(VARIANT, ARCH, "1.65.0")
        stage.check_releases()
        updated.run(120)

        assert updated.waiting == 0
        assert "1.65.0" in updated.said("BottlerocketRolloutPlanned")[-1]["what"]


def test_a_cluster_in_trouble_holds_up_no_other_and_its_events_come_again() -> None:
    with updating(clusters=("prod", "staging"), UpdateStrategy="off") as updated:
        del updated.stage.world.clusters["prod"]
        updated.send(command("approve", "prod"), command("approve", "staging"))

        assert updated.waiting == 1


def test_waves_that_cloudformation_lets_through_and_nobody_can_read_stop_rollouts_and_no_function() -> None:
    with updating(UpdateWaves="50 20 100") as updated:
        updated.run(10 * 60)
        before = updated.changes()
        updated.stage.world.clusters["prod"].tags["ballast:update-waves"] = "100"
        updated.run(50 * 60)

        assert before == {}
        assert [len(updated.said(code)) for code in ("PolicyUnreadable", "PolicyReadable")] == [1, 1]
        assert updated.versions() == [AFTER] * 3
        assert not updated.stage.deployment.dead_letters


def test_without_its_environment_the_function_fails_naming_every_missing_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = UpdateSettings.variables()
    for name in names:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")
    handler.forget()

    with pytest.raises(SettingsError) as wrong:
        handler.handler({"Records": []}, CONTEXT)

    assert all(f"{name} is missing" in str(wrong.value) for name in names)
    handler.forget()
