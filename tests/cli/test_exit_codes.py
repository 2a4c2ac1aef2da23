"""Bad input for every command: one sentence on standard error, the exit code that docs/cli.md names, and never a traceback."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from ballast.aws import session
from ballast_cli.dump.records import VERSION
from ballast_cli.main import main
from ballast_cli.parser import parser
from tests.builders import ROOT
from tests.cli.failing import fails

# As little as each command takes.
LEAST = {
    "approve": ("--cluster", "prod"),
    "halt": ("--cluster", "prod"),
    "pause": (),
    "resume": (),
    "rollback": ("--cluster", "prod", "--yes"),
    "test": (),
    "status": (),
    "history": (),
    "doctor": (),
    "dump": ("--cluster", "prod"),
    "what-if": ("--cluster", "prod"),
    "completion": ("bash",),
}
WATCH = ("status", "--watch")
COMMANDS = [(name, *rest) for name, rest in LEAST.items()]
ASKING = [*(each for each in COMMANDS if each[0] != "completion"), WATCH]


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No credentials, no Region, no configuration."""
    for name in [each for each in os.environ if each.startswith(("AWS_", "LEDGER_"))]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    boto3.DEFAULT_SESSION = None
    session.client.cache_clear()
    yield
    boto3.DEFAULT_SESSION = None
    session.client.cache_clear()


def test_every_command_is_tried() -> None:
    commands = next(a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))

    assert set(LEAST) == set(commands.choices)


@pytest.mark.parametrize("command", [each for each in ASKING if each[0] != "doctor"], ids=" ".join)
def test_without_a_region_nothing_is_done(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, said = fails(capsys, *command)

    assert code == 1
    assert "region" in said.lower()


@pytest.mark.parametrize("command", [each for each in ASKING if each[0] != "doctor"], ids=" ".join)
def test_without_credentials_nothing_is_done(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, said = fails(capsys, *command, "--region", "eu-central-1")

    assert code == 1
    assert "credentials" in said


@pytest.mark.parametrize("arguments", [(), ("--region", "eu-central-1")])
def test_of_what_the_doctor_cannot_see_it_says_so(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", *arguments]) == 1
    said = capsys.readouterr()
    assert said.err == ""
    assert "Traceback" not in said.out
    assert "credentials" in said.out


@pytest.mark.parametrize("command", ASKING, ids=" ".join)
def test_a_profile_that_there_is_not(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, said = fails(capsys, *command, "--profile", "nope")

    assert code == 1
    assert "nope" in said


@pytest.mark.parametrize("command", ASKING, ids=" ".join)
def test_what_no_cluster_can_be_called_is_wrong_usage(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    others = [part for part in command if part not in ("--cluster", "prod")]
    code, said = fails(capsys, *others, "--cluster", "a b/c", "--region", "eu-central-1")

    assert code == 2
    assert said == "cluster is 'a b/c' but must be the name of an ECS cluster.\n"


@pytest.mark.parametrize("command", [*COMMANDS, WATCH], ids=" ".join)
def test_an_option_that_there_is_not(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, said = fails(capsys, *command, "--nope")

    assert code == 2
    assert "--nope" in said


@pytest.mark.parametrize("arguments", [(), ("nope",), ("status", "--cluster"), ("approve",), ("completion",)])
def test_half_a_command(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert fails(capsys, *arguments)[0] == 2


FILES = {
    "a folder": None,
    "not JSON": b"{",
    "not text": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
    "no dump": b'{"a": 1}',
    "a list": b"[]",
    "another version": json.dumps({"ballast_dump": VERSION + 1}).encode(),
    "empty": b"",
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())
@pytest.mark.parametrize("as_policy", [False, True], ids=["dump", "policy"])
def test_a_file_that_is_none(
    content: bytes | None, as_policy: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]  # noqa: FBT001
) -> None:  # fmt: skip
    path = tmp_path / "given"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    if as_policy:
        if content == b"":
            pytest.skip("an empty policy changes nothing, and is one")
        from ballast_cli.dump.writing import text_of  # noqa: PLC0415 - with it
        from tests.cli.what_if.fleets import dumped, small_mixed  # noqa: PLC0415 - a fleet is slow to build

        (tmp_path / "fleet.json").write_text(text_of(dumped(small_mixed)))
    given = [str(tmp_path / "fleet.json"), "--policy", str(path)] if as_policy else [str(path)]

    code, said = fails(capsys, "what-if", *given)

    assert code == 2
    assert str(path) in said


@pytest.mark.parametrize("where", ["nowhere/report.html", "."])
def test_a_page_that_cannot_be_written(where: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = fails(capsys, "what-if", "fleet.json", "--html", str(tmp_path / where))

    assert code == 2
    assert "cannot be written" in said


@pytest.mark.parametrize("command", [*COMMANDS, WATCH], ids=" ".join)
def test_ctrl_c_is_no_traceback(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def pressed(_: argparse.Namespace) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ballast_cli.main._answer", pressed)

    assert fails(capsys, *command) == (130, "Stopped. What was said to Ballast before holds.\n")


@pytest.mark.parametrize("asked", ["completion zsh", "--help", "what-if --help", "doctor"])
def test_who_reads_no_further_sees_no_traceback(asked: str) -> None:
    """With a reader that is gone before the first line."""
    done = subprocess.run(  # noqa: S602 - a pipe is what is tried
        f"(sleep 1; exec {sys.executable} -m ballast_cli {asked}) | true",
        shell=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": "layers/shared:cli:."}, capture_output=True, check=False,
    )  # fmt: skip

    assert done.stderr == b""


def test_the_document_names_each_exit_code() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    table = page.partition("## Exit codes")[2].partition("\n## ")[0]

    assert set(re.findall(r"^\| (\d+) \|", table, re.MULTILINE)) == {"0", "1", "2", "130"}
