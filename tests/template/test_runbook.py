"""Whoever gets a notice finds a section of its code in the runbook."""

from __future__ import annotations

import re
import shlex

import pytest

from ballast.drain.triggers import OUR_HOOK
from ballast.words.codes import Code
from ballast_cli.main import _parser
from tests.builders import ROOT

RUNBOOK = ROOT / "docs" / "operating.md"
CODE = re.compile(r"[A-Z][a-z]+([A-Z][a-z]+)+")


def test_every_code_has_a_section_in_the_runbook() -> None:
    headings = set(re.findall(r"^#+ (\w+)$", RUNBOOK.read_text(), re.MULTILINE))

    assert sorted(set(Code) - headings) == []


def test_every_section_of_a_code_is_about_a_code_that_exists() -> None:
    headings = re.findall(r"^## (\w+)$", RUNBOOK.read_text(), re.MULTILINE)

    assert sorted({heading for heading in headings if CODE.fullmatch(heading)} - set(Code)) == []


def test_every_command_in_the_runbook_is_one_that_the_command_line_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEDGER_TABLE", raising=False)
    lines = re.findall(r"`(ballast [^`]+)`", RUNBOOK.read_text())

    taken = [_parser().parse_args(shlex.split(line)[1:]).command for line in lines]

    assert set(taken) >= {"approve", "resume", "rollback", "status"}
    assert "python -m ballast" not in RUNBOOK.read_text()


def test_every_tag_that_the_runbook_sets_has_characters_that_a_tag_may_hold() -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html."""
    values = re.findall(r"--tags key=ballast:[a-z-]+,value='?([^'`]*)", RUNBOOK.read_text())

    assert "10 percent" in values
    assert [value for value in values if not re.fullmatch(r"[\w .:/=+@-]+", value)] == []


@pytest.mark.parametrize("name", ["README.md", "docs/operating.md"])
def test_the_hook_that_ballast_owns_is_documented(name: str) -> None:
    assert OUR_HOOK in (ROOT / name).read_text()
