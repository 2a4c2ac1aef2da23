"""The glossary says what carries each word; a class that moves takes its entry along."""

import re
from functools import reduce
from importlib import import_module

import pytest

from tests.builders import ROOT

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
CARRIERS = sorted(set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)\.([A-Z]\w*(?:\.\w+)*)`", GLOSSARY)))
WORDS = re.findall(r"^\*\*(.+?)[.*]", GLOSSARY, re.MULTILINE)


@pytest.mark.parametrize(("module", "name"), CARRIERS)
def test_what_carries_a_word_is_where_the_glossary_says(module: str, name: str) -> None:
    reduce(getattr, name.split("."), import_module(f"ballast.{module}"))


def test_each_word_has_one_meaning() -> None:
    single = [word.lower() for words in WORDS for word in words.split(", ")]

    assert {"disruption", "watch", "incident", "view"} <= {*single}
    assert len(single) == len({*single})
