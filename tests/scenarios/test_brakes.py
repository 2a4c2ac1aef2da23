"""Brakes brake: a pause by command and by tag, the runbook's one command without Ballast's code, a function switched off."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import boto3
import jmespath  # type: ignore[import-untyped]  # no stubs of it are installed

from simulator.result import ledger_items
from simulator.rollout_result import rollouts_in, updates_in
from simulator.stage import MANAGED, Scenario, Stage
from simulator.world.core.core import Fact
from tests.builders import ROOT

VARIANT, ARCH = "aws-ecs-2", "x86_64"
BEFORE, AFTER = "1.62.1", "1.64.0"
QUICK = {
    "UpdateStrategy": "in-place", "UpdateBakeDays": "0", "UpdateCanaryBakeMinutes": "0", "UpdateWaveBakeMinutes": "0",
    "UpdateWaves": "100", "DisruptionBudget": "2",
}  # fmt: skip
IN_FLIGHT_S = 60.0  # a run that had looked before


@contextmanager
def rolling_out(*, until: float = 2, **parameters: str) -> Iterator[Stage]:
    """Four hosts in the middle of a rollout, slow to drain; four more without Bottlerocket, of which one retires in ten days."""

    def build(stage: Stage) -> None:
        world = stage.world
        world.bottlerocket.releases.publish(VARIANT, ARCH, BEFORE, long_ago=True)
        world.add_cluster("prod", MANAGED)
        world.add_group("rocket", "prod", desired=4, capacity_provider="rocket", bottlerocket=(VARIANT, ARCH, BEFORE))
        world.add_group("web", "prod", desired=4, spot=True, capacity_provider="web")
        world.add_service("prod", "shop", desired=9, stop_seconds=(240.0, 280.0))
        stage.at(1.2, lambda: world.bottlerocket.releases.publish(VARIANT, ARCH, AFTER))
        stage.at(1.5, stage.check_releases)

    with Stage(Scenario("test", "made for one test", 600, build, {**QUICK, **parameters}), 7) as stage:
        stage.play(until)
        yield stage


def draining(stage: Stage) -> set[str]:
    hosts = stage.world.clusters["prod"].by_ec2_id
    return {i for i, host in hosts.items() if host.status.value == "DRAINING" and not host.instance.going}


def begun(stage: Stage, since_s: float) -> list[Fact]:
    """What Ballast has begun by its own choice since then."""
    return [f for f in stage.world.journal if f.at_s > since_s and _is_begun(f)]


def _is_begun(fact: Fact) -> bool:
    match fact.kind:
        case "container_instance_status":
            return (fact.data["new"], fact.data["actor"]) == ("DRAINING", "ballast")
        case "command_sent":
            return any(kind in fact.data["document"] for kind in ("Stage", "Reboot"))
        case _:
            return False


def wait_for_a_drain(stage: Stage) -> set[str]:
    """Until a host of the rollout drains."""
    for minute in range(3, 40):
        stage.play(minute)
        if found := draining(stage):
            return found
    raise AssertionError("nothing drains")


def runbooks_command(how: str) -> None:
    """Paste the one under "Stop at once", as a shell and AWS's command line would carry it out."""
    section = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8").partition("## Stop at once")[2]
    line = re.sub(r"\\\n *", "", section.partition("```sh\n")[2].partition("\n```")[0]).replace("$STACK", "ballast")
    first, second = line.split("|\n") if "|\n" in line else line.rsplit("|", 1)
    listed, each = shlex.split(first), shlex.split(second)
    assert listed[:3] == ["aws", "cloudformation", "list-stack-resources"]
    query = listed[listed.index("--query") + 1]
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
    ids = [
        i
        for page in pages.paginate(StackName=listed[listed.index("--stack-name") + 1])
        for i in jmespath.search(query, page)
    ]
    assert each == ["xargs", "-n", "1", "aws", "lambda", "update-event-source-mapping", "--no-enabled", "--uuid"]
    assert ids
    for uuid in ids:
        boto3.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=how == "--enabled")


def told(stage: Stage, code: str) -> list[dict[str, Any]]:
    details = (put.event["detail"] for put in stage.deployment.bus.events)
    return [detail for detail in details if detail.get("code") == code]


def is_done(stage: Stage) -> bool:
    [rollout] = rollouts_in(ledger_items(stage))
    return rollout.state == "done" and rollout.on_target == 4


def test_a_pause_gives_back_what_drains_begins_nothing_and_lets_a_spot_warning_pass() -> None:
    with rolling_out() as stage:
        assert wait_for_a_drain(stage)
        stage.command("pause", reason="noise", **{"for": "1h"})
        stage.clock.run_until(stage.clock.now_s + 120)
        paused_s = stage.clock.now_s
        assert draining(stage) == set() or all(u.stage == "rebooting" for u in updates_in(ledger_items(stage)))
        warned = stage.instances("web")[0]
        stage.world.warn_spot(warned)
        stage.world.schedule_retirement([stage.instances("web")[1]], stage.clock.utc + timedelta(days=10))
        stage.clock.run_until(paused_s + 50 * 60)

        assert {f.data["instance"] for f in begun(stage, paused_s)} == {warned}
        assert len(told(stage, "Paused")) == 1
        [held] = told(stage, "BottlerocketRolloutHeld")
        assert "by jo (unverified): noise" in held["why"]
        [waits] = told(stage, "DrainWaits")
        assert "Ballast is paused until" in waits["why"]
        assert "by jo (unverified): noise" in waits["why"]

        stage.clock.run_until(paused_s + 4 * 60 * 60)
        assert len(told(stage, "PauseOver")) == 1
        assert is_done(stage)
        assert not stage.deployment.dead_letters


def test_a_pause_by_tag_works_within_two_minutes_and_ends_by_itself() -> None:
    with rolling_out() as stage:
        assert wait_for_a_drain(stage)
        until = f"{stage.clock.utc + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
        stage.world.clusters["prod"].tags["ballast:paused"] = f"{until} incident 4711"
        stage.clock.run_until(stage.clock.now_s + 150)
        paused_s = stage.clock.now_s
        stage.clock.run_until(paused_s + 55 * 60)

        assert begun(stage, paused_s) == []
        assert draining(stage) == set()
        assert "incident 4711" in told(stage, "Paused")[0]["why"]
        stage.clock.run_until(paused_s + 80 * 60)
        assert begun(stage, paused_s)


def test_after_the_runbooks_command_nothing_is_touched_and_after_its_opposite_nothing_stays_draining() -> None:
    with rolling_out() as stage:
        stage.world.schedule_retirement([stage.instances("web")[0]], stage.clock.utc + timedelta(days=10))
        assert wait_for_a_drain(stage)
        runbooks_command("--no-enabled")
        stage.clock.run_until(stage.clock.now_s + IN_FLIGHT_S)
        stopped_s = stage.clock.now_s
        left = draining(stage)
        assert left
        stage.clock.run_until(stopped_s + 75 * 60)

        ran = {c.function for c in stage.deployment.calls if c.at_s > stopped_s}
        assert ran - {None} == {"PublishNotification"}
        assert begun(stage, stopped_s) == []
        assert draining(stage) == left

        runbooks_command("--enabled")
        stage.command("resume")
        stage.clock.run_until(stage.clock.now_s + 10 * 60)
        assert not draining(stage) & left


def test_with_drain_instance_off_no_host_begins_an_update_and_what_drains_is_given_back() -> None:
    with rolling_out() as stage:
        assert wait_for_a_drain(stage)
        lambdas = [s for s in stage.deployment.sources if s.name.startswith("DrainInstance")]
        for source in lambdas:
            source.switch(on=False)
        stage.clock.run_until(stage.clock.now_s + 5 * 60)
        held_s = stage.clock.now_s
        stage.clock.run_until(held_s + 50 * 60)

        assert begun(stage, held_s) == []
        assert draining(stage) == set()
        [notice] = told(stage, "BottlerocketRolloutHeld")
        assert notice["severity"] == "ticket"
        assert "drain_instance" in notice["why"]

        for source in lambdas:
            source.switch(on=True)
        stage.clock.run_until(stage.clock.now_s + 20 * 60)
        assert begun(stage, held_s)
