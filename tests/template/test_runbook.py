"""Whoever gets a notice finds a section of its code in the runbook."""

from __future__ import annotations

import re

import pytest

from ballast.drain.triggers import OUR_HOOK
from ballast.words.codes import Code
from tests.builders import ROOT

CODE = re.compile(r"[A-Z][a-z]+([A-Z][a-z]+)+")


def test_every_code_has_a_section_in_the_runbook() -> None:
    headings = set(re.findall(r"^#+ (\w+)$", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE))

    assert sorted(set(Code) - headings) == []


def test_every_section_of_a_code_is_about_a_code_that_exists() -> None:
    headings = re.findall(r"^## (\w+)$", (ROOT / "docs" / "operating.md").read_text(), re.MULTILINE)

    assert sorted({heading for heading in headings if CODE.fullmatch(heading)} - set(Code)) == []


@pytest.mark.parametrize("name", ["README.md", "docs/operating.md"])
def test_the_hook_that_ballast_owns_is_documented(name: str) -> None:
    assert OUR_HOOK in (ROOT / name).read_text()
