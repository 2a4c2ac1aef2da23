"""The command line in front of a deployed Ballast: it finds the stack, says its word, and waits for what changed."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from io import StringIO

import pytest

from ballast.aws import session
from simulator.stage import Scenario, Stage
from tests.cli.failing import exit_code
from tests.scenarios.stages import prod_is_updated

JO = "arn:aws:sts::123456789012:assumed-role/on-call/jo"


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """In prod 1.64.0 is rolled out since three minutes; waiting lets the virtual clock run."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("LEDGER_TABLE", raising=False)
    parameters = {"UpdateStrategy": "in-place", "UpdateBakeDays": "0"}
    with Stage(Scenario("test", "made for one test", 60, prod_is_updated, parameters), 7) as played:
        played.play(5)
        monkeypatch.setattr(time, "sleep", lambda s: played.clock.run_until(played.clock.now_s + s))
        yield played
    session.client.cache_clear()


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code, and all that is said, on whichever stream."""
    code = exit_code(*arguments)
    said = capsys.readouterr()
    assert not (said.out and said.err)
    return code, (said.out or said.err).rstrip("\n")


def test_a_pause_is_answered_shown_and_ended(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    began_s = stage.clock.now_s

    code, said = told(capsys, "pause", "--cluster", "prod", "--reason", "release day", "--for", "1h")
    assert (code, said.partition(". ")[0]) == (0, "prod is paused until 2026-11-23 10:05 UTC")
    assert stage.clock.now_s - began_s <= 90

    code, said = told(capsys, "status", "--cluster", "prod")
    assert code == 0
    assert said.splitlines()[0] == (
        f"Ballast is paused until 2026-11-23 10:05 UTC by {JO} (unverified): release day. "
        "It ends then, or with `ballast resume --cluster prod`."
    )

    assert told(capsys, "resume", "--cluster", "prod") == (
        0,
        "The pause of prod is over; what waited goes on within minutes.",
    )
    assert "paused" not in told(capsys, "status")[1]


@pytest.mark.usefixtures("stage")
def test_a_halt_says_what_changed_and_a_second_one_that_there_is_nothing_to_halt(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, said = told(capsys, "halt", "--cluster", "prod")
    assert code == 0
    assert said.startswith("The rollout of Bottlerocket 1.64.0 to aws-ecs-2 x86_64 in prod is halted: ")

    assert told(capsys, "halt", "--cluster", "prod") == (
        1,
        "Nothing was changed for aws-ecs-2 x86_64 in prod: the rollout is halted.",
    )
    assert told(capsys, "halt", "--cluster", "staging") == (1, "Nothing is known of a rollout in staging.")


@pytest.mark.parametrize("kind", ["approve", "halt", "rollback", "pause", "resume", "status"])
@pytest.mark.usefixtures("stage")
def test_an_unknown_cluster_is_one_sentence(capsys: pytest.CaptureFixture[str], kind: str) -> None:
    yes = ["--yes"] if kind == "rollback" else []

    assert told(capsys, kind, "--cluster", "no-such-cluster", *yes) == (
        1,
        "Ballast looks after no cluster no-such-cluster here, but after prod, staging.",
    )


@pytest.mark.parametrize("kind", ["halt", "pause", "status"])
def test_a_stack_that_is_not_there_is_one_sentence_and_nothing_is_said(
    stage: Stage, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    events = len(stage.deployment.bus.events)

    assert told(capsys, kind, "--cluster", "prod", "--stack", "other") == (
        1,
        "There is no stack other in us-east-1; --stack and --region name another.",
    )
    assert len(stage.deployment.bus.events) == events


@pytest.mark.usefixtures("stage")
def test_a_rollback_is_asked_for_once_more(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", StringIO(""))
    code, said = told(capsys, "rollback", "--cluster", "prod")
    assert (code, said.partition(",")[0]) == (2, "Every updated instance of in prod drains and reboots once more")

    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    code, said = told(capsys, "rollback", "--cluster", "prod")
    assert code == 1
    assert said.endswith("Go on? [y/N] Nothing was said to Ballast.")

    monkeypatch.setattr(sys, "stdin", Terminal("yes\n"))
    code, said = told(capsys, "rollback", "--cluster", "staging")
    assert (code, said.partition("[y/N] ")[2]) == (1, "Nothing is known of a rollout in staging.")


def test_where_nobody_answers_it_says_so_after_a_minute_and_a_half(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    [mapping] = [source for source in stage.deployment.sources if source.name == "UpdateBottlerocketUpdateEvents"]
    mapping.switch(on=False)
    began_s = stage.clock.now_s

    code, said = told(capsys, "pause")

    assert code == 1
    assert said.startswith("Ballast has not answered within 90 s and may still obey: look at `ballast status`")
    assert stage.clock.now_s - began_s == 90


@pytest.mark.usefixtures("stage")
def test_everything_can_be_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = told(capsys, "pause", "--cluster", "prod", "--json")
    assert (code, json.loads(said)["ok"]) == (0, True)

    shown = json.loads(told(capsys, "status", "--json")[1])
    assert [c["cluster"] for c in shown["clusters"]] == ["prod", "staging"]
    assert shown["clusters"][0]["pause"]["by"] == f"{JO} (unverified)"
    assert shown["clusters"][1]["pause"] is None
    assert [r["state"] for r in shown["clusters"][0]["rollouts"]] == ["running"]

    code, said = told(capsys, "halt", "--cluster", "nowhere", "--json")
    assert (code, json.loads(said)) == (
        1,
        {
            "ok": False,
            "command": "halt",
            "lines": ["Ballast looks after no cluster nowhere here, but after prod, staging."],
        },
    )
