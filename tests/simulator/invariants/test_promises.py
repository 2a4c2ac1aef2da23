"""README's promises are kept by invariants, each of which is looked at in every random world."""

from __future__ import annotations

import re

from simulator.invariants import INVARIANTS
from simulator.invariants.promises import PROMISES
from tests.builders import ROOT


def promised() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("## What it never does")[2].partition("\n## ")[0]
    return [" ".join(line.split()) for line in re.split(r"^- ", section, flags=re.MULTILINE)[1:]]


def test_every_line_of_what_it_never_does_has_an_invariant() -> None:
    lines = promised()

    assert len(lines) == len(PROMISES)
    assert [line for line in lines if not any(line.startswith(words) for words in PROMISES)] == []


def test_what_holds_a_promise_is_looked_at_in_every_world() -> None:
    assert {invariant for held in PROMISES.values() for invariant in held} <= set(INVARIANTS)
