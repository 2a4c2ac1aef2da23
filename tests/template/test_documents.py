"""What a document derives from other files is current, and says which command makes it so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import ROOT
from tools.documents import SECTIONS, WHOLE, Section, current, replaced

PAGE = "# A page\n\n<!-- one:begin -->\nold\n<!-- one:end -->\n\nText.\n"


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: f"{section.document}-{section.name}")
def test_what_a_document_derives_is_current(section: Section) -> None:
    [(name, text)] = current(ROOT, [section]).items()

    assert (ROOT / name).read_text(encoding="utf-8") == text, "run make docs"


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_is_derived_as_a_whole_is_current(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == WHOLE[name](ROOT), "run make docs"


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    assert replaced(PAGE, "one", "new\\1\n") == PAGE.replace("old", "new\\1")


def test_in_the_template_markers_are_comments_and_what_is_written_is_indented_as_they_are() -> None:
    text = "  A:\n    # one:begin\n    old: 1\n    # one:end\n"

    assert (
        replaced(text, "one", "- new:\n    2", "# {}")
        == "  A:\n    # one:begin\n    - new:\n        2\n    # one:end\n"
    )


def test_a_section_that_is_current_stays() -> None:
    assert replaced(PAGE, "one", "old") == PAGE


@pytest.mark.parametrize(
    "text",
    [
        "no markers",
        "<!-- one:begin -->\nno end",
        "<!-- one:end -->\n<!-- one:begin -->\n",
        PAGE + PAGE,
        PAGE.replace("old\n", "old "),
    ],
)
def test_markers_that_are_no_pair_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="there must be one <!-- one:begin --> and one <!-- one:end --> after it"):
        replaced(text, "one", "new")


def test_two_sections_of_one_document_are_both_written(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(PAGE + PAGE.replace("one", "two"), encoding="utf-8")
    sections = [Section("page.md", "one", lambda _: "first"), Section("page.md", "two", lambda _: "second")]

    [text] = current(tmp_path, sections).values()

    assert text == PAGE.replace("old", "first") + PAGE.replace("one", "two").replace("old", "second")
