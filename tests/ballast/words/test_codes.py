"""Codes and sentences come from one place: none is without the other."""

from __future__ import annotations

import re

from ballast.words.codes import Code
from tests.builders import ROOT

LAYER = ROOT / "layers" / "shared" / "ballast"


def test_every_code_is_said_by_a_sentence() -> None:
    said = {name for module in LAYER.glob("words/*.py") for name in re.findall(r"\bCode\.(\w+)", module.read_text())}

    assert sorted(set(Code.__members__) - said) == []


def test_a_code_is_its_name_in_camel_case_so_that_either_is_found_by_the_other() -> None:
    assert [code for code in Code if code != code.name.title().replace("_", "")] == []


def test_a_notice_is_made_only_by_the_one_function_that_takes_a_code() -> None:
    makers = {module.name for module in LAYER.rglob("*.py") if re.search(r"\bNotice\(", module.read_text())}

    assert makers == {"incident.py"}
