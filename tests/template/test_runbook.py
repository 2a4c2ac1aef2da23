"""Whoever gets a notice finds a section of its code in the runbook."""

from __future__ import annotations

import ast
import re

import pytest

from ballast.drain.triggers import OUR_HOOK
from ballast.words.codes import CODES
from ballast.words.drain import STARTED
from tests.builders import ROOT

NOTICES = ROOT / "layers" / "shared" / "ballast" / "notices"
CODE = re.compile(r"[A-Z][a-z]+([A-Z][a-z]+)+")


def codes_of_notices() -> set[str]:
    """What looks like a code and is given to a call, and the codes of the first notice of each reason."""
    found = {code for code, *_ in STARTED.values()}
    for module in NOTICES.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call):
                given = [*node.args, *(k.value for k in node.keywords if k.arg == "code")]
                found |= {str(g.value) for g in given if isinstance(g, ast.Constant) and CODE.fullmatch(str(g.value))}
    return found


ALL_CODES = codes_of_notices() | CODES


def test_codes_are_found_in_the_source() -> None:
    assert {"SpotInterruption", "DrainStuck", "AgentsLost", "LifecycleHookPut", "SlackSecretMissing"} <= ALL_CODES


def test_every_code_has_a_section_in_the_runbook() -> None:
    headings = set(re.findall(r"^#+ (\w+)$", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE))

    assert sorted(ALL_CODES - headings) == []


def test_every_section_of_a_code_is_about_a_code_that_exists() -> None:
    headings = re.findall(r"^## (\w+)$", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE)

    assert sorted({heading for heading in headings if CODE.fullmatch(heading)} - ALL_CODES) == []


@pytest.mark.parametrize("name", ["README.md", "docs/operating.md"])
def test_the_hook_that_ballast_owns_is_documented(name: str) -> None:
    assert OUR_HOOK in (ROOT / name).read_text()
