"""`ballast test --drain`: asked for by a person, played by the deployed stack, and told step by step."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from io import StringIO
from typing import Any

import pytest

from ballast.aws import operator_calls, session
from ballast.aws.operator_calls import Stack
from ballast.records.command import Command, CommandKind
from ballast_cli.drill import NotSeenError, follow_drill
from ballast_cli.main import main
from simulator.stage import MANAGED, Scenario, Stage
from tests.builders import NOW


def build(stage: Stage) -> None:
    world = stage.world
    world.add_cluster("prod", MANAGED)
    world.add_group("web", "prod", desired=4, capacity_provider="web")
    world.add_service("prod", "api", desired=8)


@pytest.fixture
def parameters() -> Mapping[str, str]:
    return {}


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, parameters: Mapping[str, str]) -> Iterator[Stage]:
    """Waiting lets the virtual clock run, and the history is what is on the bus."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    session.client.cache_clear()
    with Stage(Scenario("test", "made for one test", 60, build, parameters), 7) as played:
        played.play(5)

        def told(_: str, since: datetime, until: datetime, **only: str) -> Iterator[Mapping[str, Any]]:
            for each in played.deployment.bus.events:
                detail = each.event["detail"]
                if each.event["detail-type"] == "Ballast Notice" and only.items() <= detail.items():
                    assert since <= datetime.fromisoformat(detail["at"]) <= until
                    yield detail

        find = operator_calls.find_stack
        monkeypatch.setattr(operator_calls, "find_stack", lambda name: replace(find(name), history="notices"))
        monkeypatch.setattr(operator_calls, "told", told)
        monkeypatch.setattr(time, "sleep", lambda s: played.clock.run_until(played.clock.now_s + s))
        yield played
    session.client.cache_clear()


def drill(stage: Stage, capsys: pytest.CaptureFixture[str], *more: str, instance: str = "") -> tuple[int, str]:
    code = main(["test", "--drain", instance or stage.instances("web")[0], "--cluster", "prod", *(more or ("--yes",))])
    said = capsys.readouterr()
    assert not (said.out and said.err)
    return code, (said.out or said.err).rstrip("\n")


def statuses(stage: Stage) -> set[str]:
    return {host.status.value for host in stage.world.clusters["prod"].container_instances.values()}


def test_each_step_is_told_until_it_is_active_again(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = drill(stage, capsys)

    assert code == 0
    asked, began, over = said.splitlines()
    assert "is asked for" in asked
    assert "is set to DRAINING" in began
    assert "is ACTIVE again: its drill is over. It was empty after" in over
    assert statuses(stage) == {"ACTIVE"}
    drained = [f for f in stage.world.journal if f.kind == "container_instance_status"]
    assert [fact.data["new"] for fact in drained] == ["DRAINING", "ACTIVE"]


def test_an_instance_that_is_not_there_is_refused_with_the_reason(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = drill(stage, capsys, instance="i-0123456789abcdef0")

    assert code == 1
    assert "does not begin. It is not in the cluster." in said
    assert said.count("\n") == 0


def test_during_a_pause_it_is_refused(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.command("pause", "prod")
    stage.clock.run_until(stage.clock.now_s + 60)
    code, said = drill(stage, capsys)

    assert code == 1
    assert "nothing voluntary begins" in said
    assert statuses(stage) == {"ACTIVE"}


@pytest.mark.parametrize("parameters", [{"DryRun": "true"}])
def test_in_dry_run_it_is_refused(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = drill(stage, capsys)

    assert code == 1
    assert "Ballast is in dry run" in said


def test_a_spot_warning_that_overtakes_it_is_told_as_that(
    stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    warned: list[str] = []

    def sleep(seconds: float) -> None:
        stage.clock.run_until(stage.clock.now_s + min(seconds, 1.0))
        if "DRAINING" in statuses(stage) and not warned:
            warned.append(stage.instances("web")[0])
            stage.world.warn_spot(warned[0])

    monkeypatch.setattr(time, "sleep", sleep)
    code, said = drill(stage, capsys)

    assert code == 1
    assert "The drill has become that drain, which goes on without it." in said


def test_whoever_stops_looking_stops_nothing(
    stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = stage.clock

    def sleep(seconds: float) -> None:
        clock.run_until(clock.now_s + seconds)
        if "DRAINING" in statuses(stage):
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    assert drill(stage, capsys) == (130, "Stopped. What was said to Ballast before holds.")
    assert statuses(stage) == {"ACTIVE", "DRAINING"}

    clock.run_until(clock.now_s + 12 * 60)
    assert statuses(stage) == {"ACTIVE"}


def test_it_is_asked_for_once_more(
    stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", StringIO(""))
    code, said = drill(stage, capsys, "--severity", "info")
    assert (code, said.partition(", so")[2]) == (2, " say --yes where nobody can be asked.")

    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    code, said = drill(stage, capsys, "--severity", "info")
    assert code == 1
    assert said.endswith("it is ACTIVE again. Go on? [y/N] Nothing was said to Ballast.")
    assert statuses(stage) == {"ACTIVE"}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (
            ("--drain", "i-0123456789abcdef0", "--yes"),
            "--drain is about one instance of a cluster: name that with --cluster.",
        ),
        (
            ("--drain", "web-1", "--cluster", "prod", "--yes"),
            "instance is 'web-1' but must be the id of an EC2 instance, such as i-0123456789abcdef0.",
        ),
    ],
)
def test_what_is_no_drill_is_wrong_usage(
    arguments: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["test", *arguments]) == 2
    assert capsys.readouterr().err == f"{why}\n"


def test_a_stack_without_a_history_says_where_to_look() -> None:
    command = Command(CommandKind.DRILL, "prod", "jo", NOW, instance="i-0123456789abcdef0")

    with pytest.raises(NotSeenError, match="`ballast status --cluster prod` shows it"):
        follow_drill(Stack("ballast", "ledger", {}), command)


def test_an_end_that_is_never_told_is_an_error_in_the_end(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operator_calls, "told", lambda *_, **__: iter(()))
    command = Command(CommandKind.DRILL, "prod", "jo", stage.clock.utc, instance="i-0123456789abcdef0")

    with pytest.raises(NotSeenError, match="was not told within 19 minutes"):
        follow_drill(Stack("ballast", "ledger", {}, "notices"), command)
