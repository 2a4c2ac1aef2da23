"""Prose can be read where it is written: no line of it is wider than a diff or half a screen shows."""

import re
from collections.abc import Iterator

import pytest

from tests.builders import ROOT

WIDEST = 110
FENCE = re.compile(r"\s*(```|~~~)")
MARKER = re.compile(r"\s*([-*>]|\d+\.)\s+")
LINK = re.compile(r"!?\[[^]]*\]\([^)]*\)")


def documents() -> list[str]:
    """Hidden folders hold what the targets made, and .github."""
    found = [*(ROOT / ".github").rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("[!.]*/**/*.md")]
    return sorted({path.relative_to(ROOT).as_posix() for path in found})


def too_wide(text: str) -> Iterator[str]:
    """Lines of prose only: not those of code, of tables, or of one link or word that nothing can break."""
    in_code = False
    for number, line in enumerate(text.splitlines(), start=1):
        if FENCE.match(line):
            in_code = not in_code
        elif not in_code and len(line) > WIDEST and not line.startswith("|") and not _is_one_token(line):
            yield f"{number}: {len(line)} characters: {line[:40]}…"


def _is_one_token(line: str) -> bool:
    without_links = LINK.sub("link", MARKER.sub("", line, count=1))
    return len(without_links.split()) <= 1


@pytest.mark.parametrize("name", documents())
def test_prose_wraps_at_110_columns(name: str) -> None:
    assert list(too_wide((ROOT / name).read_text(encoding="utf-8"))) == []


def test_the_documents_that_people_read_first_are_among_them() -> None:
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/glossary.md"} <= {*documents()}


@pytest.mark.parametrize(
    "line", ["| a | " + "b " * 100 + "|", "[a page](https://example.com/" + "p" * 100 + ")", "- " + "p" * 120]
)
def test_what_nothing_can_break_may_be_wide(line: str) -> None:
    assert list(too_wide(line)) == []


def test_code_may_be_wide_and_prose_after_it_may_not() -> None:
    wide = "a word " * 20
    assert list(too_wide(f"```\n{wide}\n```\nprose")) == []
    assert len(list(too_wide(f"```\ncode\n```\n{wide}"))) == 1
