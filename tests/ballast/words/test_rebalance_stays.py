"""Why an instance stays, in plain words: each reason that the decisions know has its own, and nothing else has."""

from __future__ import annotations

import re

from ballast.rebalance.stays import Why
from ballast.words.rebalance_stays import STAYS, short, table
from tests.builders import ROOT


def test_each_reason_is_explained_in_the_order_in_which_it_is_looked_for() -> None:
    assert list(STAYS) == [why.value for why in Why]


def test_each_says_what_it_means_and_what_lifts_it_in_sentences() -> None:
    assert all(each.means.endswith(".") and each.lift.endswith(".") for each in STAYS.values())
    assert [each.short for each in STAYS.values() if len(each.short) > 24] == []


def test_a_reason_of_another_version_is_told_in_its_own_words() -> None:
    assert short(Why.STANDALONE) == "a standalone task"
    assert (short("new kind"), short(None)) == ("new kind", "unknown")


def test_the_table_of_the_runbook_links_to_sections_that_exist() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")

    assert table() in text
    assert all(f"\n## {name.title()}" in text.title() for name in re.findall(r"\(#(\w+)\)", table()))
