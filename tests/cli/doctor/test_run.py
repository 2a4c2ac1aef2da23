"""The command: exit codes, both forms, bad input."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from io import StringIO

import pytest

from ballast.telemetry import logger
from ballast_cli.main import main
from tests.cli.doctor.account import PAPER, Account, asked
from tests.cli.failing import exit_code


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setenv("COLUMNS", "80")
    made = Account()
    with asked(made, monkeypatch):
        yield made


def test_a_healthy_account_is_zero_and_everything_is_named_as_fine(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor"]) == 0

    shown = capsys.readouterr()
    assert shown.err == ""
    assert "BROKEN" not in shown.out
    assert shown.out.splitlines()[-1] == "Nothing broken, nothing unknown, no warnings, 33 fine."
    assert {operation for _, operation, _ in account.calls} & {"PutEvents", "DetectStackDrift"} == set()


def test_what_is_broken_is_one_and_told_on_standard_output(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.groups["web"].tags = {}

    assert main(["doctor"]) == 1
    shown = capsys.readouterr()
    assert (shown.err, "BROKEN    A group has neither" in shown.out) == ("", True)


def test_json_is_one_document_with_every_place_and_the_command_of_the_region_that_was_asked_for(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    for group in account.groups.values():
        group.tags = {}

    assert main(["doctor", "--json", "--region", "eu-central-1"]) == 1

    document = json.loads(capsys.readouterr().out)
    found = [each for each in document["findings"] if each["check"] == "tags of groups"]
    assert [each["where"] for each in found] == ["group web of prod", "group spot of prod"]
    assert all(each["mend"].startswith("aws --region eu-central-1 autoscaling ") for each in found)
    assert found[0]["see"] == "https://github.com/ballast-ecs/ballast/blob/main/docs/operating.md#groupnottagged"
    assert (document["ok"], document["account"], document["region"]) == (False, "123456789012", "eu-central-1")


def test_links_lead_to_the_runbook_that_the_stack_names(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    account.parameters |= {"RunbookUrl": "https://wiki.example.com/ballast", "DryRun": "true"}

    main(["doctor"])

    assert "https://wiki.example.com/ballast#install" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--cluster a/b", "cluster is 'a/b' but must be the name of an ECS cluster."),
        ("--cluster", "argument --cluster: expected one argument"),
        ("--clus prod", "unrecognized arguments: --clus prod"),
        ("--variant aws-ecs-2", "unrecognized arguments: --variant aws-ecs-2"),
        ("now", "unrecognized arguments: now"),
    ],
)
def test_wrong_usage_is_one_sentence_and_asks_nothing_of_aws(
    account: Account, capsys: pytest.CaptureFixture[str], arguments: str, sentence: str
) -> None:
    code = exit_code("doctor", *arguments.split())

    said = capsys.readouterr()
    assert (code, said.out, said.err.count("\n"), account.calls) == (2, "", 1, [])
    assert sentence in said.err


def test_a_name_that_no_stack_can_have_is_a_stack_that_is_not_there(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--stack", "no such; rm"]) == 1
    assert "There is no stack of this name" in capsys.readouterr().out
    assert account.count("ListStackResources") == 0


def test_a_profile_that_does_not_exist_is_one_sentence(capsys: pytest.CaptureFixture[str], account: Account) -> None:
    assert main(["doctor", "--profile", "nobody"]) == 1
    assert capsys.readouterr().err == "AWS could not be asked: The config profile (nobody) could not be found.\n"
    assert account.calls == []


@pytest.mark.parametrize(
    ("terminal", "no_color", "coloured"), [(True, "", True), (True, "1", False), (False, "", False)]
)
@pytest.mark.usefixtures("account")
def test_a_terminal_is_coloured_unless_somebody_minds(
    monkeypatch: pytest.MonkeyPatch,
    terminal: bool,  # noqa: FBT001
    no_color: str,
    coloured: bool,  # noqa: FBT001
) -> None:
    PAPER.account.groups["web"].tags = {}
    out = StringIO()
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(out, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stdout", out)

    main(["doctor"])

    assert ("\x1b[" in out.getvalue()) is coloured


def test_who_waits_at_a_terminal_is_told_and_the_line_goes_away(
    account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    main(["doctor"])

    assert capsys.readouterr().err == "Looking at AWS ...\r\r\x1b[K"
    assert account.calls


def test_no_log_line_of_the_layer_gets_into_the_document(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    account.items["prod"] = [{"cluster": {"S": "prod"}, "item": {"S": "drain#i-1"}, "phase": {"S": "?"}}]
    lines = StringIO()
    level = logger.log_level
    monkeypatch.setattr(logger.registered_handler, "stream", lines)

    main(["doctor", "--json"])

    assert (lines.getvalue(), logger.log_level) == ("", level)
