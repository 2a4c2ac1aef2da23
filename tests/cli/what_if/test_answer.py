"""The document that `--json` prints has the keys that docs/what-if.md names, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ballast_cli.what_if.play import answer
from ballast_cli.what_if.question import Question
from tests.builders import ROOT
from tests.cli.what_if.fleets import ON, dumped, small_mixed

BY_NAME = ("cost.parts", "harm.below_minimum", "harm.waiting", "launched", "settings")  # their keys are names
PAGE = (ROOT / "docs" / "what-if.md").read_text(encoding="utf-8")


def keys(value: Any, where: str = "") -> Iterator[str]:
    if isinstance(value, dict) and where not in BY_NAME:
        for name, inner in value.items():
            place = f"{where}.{name}" if where else name
            yield place
            yield from keys(inner, place)
    if isinstance(value, list | tuple):
        for each in value:
            yield from keys(each, f"{where}[]")


def test_each_key_is_in_the_document_and_each_that_it_names_is_there() -> None:
    told = set(
        re.findall(r"^\| `([^`]+)` \|", PAGE.partition("answer:begin")[2].partition("answer:end")[0], re.MULTILINE)
    )
    document = asdict(answer(Question(dumped(small_mixed, **ON))))
    found = {key for key in keys(document) if not key.startswith("after[]")}  # as `before`

    assert found <= told
    assert {key for key in told - found if not key.startswith("rollouts[].")} == set()
