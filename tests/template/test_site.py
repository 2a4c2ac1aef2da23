"""The site has every document, and leads from each to the place that its links mean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.builders import ROOT
from tools.site import CUTS, pages

PAGES = pages(ROOT)
README = "# A\n\nHead.\n\n" + "".join(f"## {name}\n\nOf {name}.\n\n" for name in (*CUTS["what-it-does.md"].sections,))
SECURITY = "# S\n\n" + "".join(f"## {name}\n\n" for name in CUTS["permissions.md"].sections)


class Loader(yaml.SafeLoader):
    """Of mkdocs.yml, which names a function of Python."""


Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def in_the_navigation() -> list[str]:
    sections = yaml.load((ROOT / "mkdocs.yml").read_text(), Loader=Loader)["nav"]  # noqa: S506 - a SafeLoader
    return [page for section in sections for entry in next(iter(section.values())) for page in entry.values()]


def a_clone(room: Path, **documents: str) -> Path:
    """With the documents that are pages, and those of docs/ by their names."""
    whole = {"README.md": f"{README}## Configuration\n\n## What it costs\n", "SECURITY.md": SECURITY}
    whole |= dict.fromkeys(("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md"), "# T\n")
    whole |= {f"docs/{name}.md": text for name, text in documents.items()}
    (room / "docs" / "decisions").mkdir(parents=True)
    (room / "docs" / "decisions" / "0001-first.md").write_text("# 0001: First\n\n[up](../page.md#there)\n")
    for name, text in whole.items():
        (room / name).write_text(text)
    return room


def test_the_navigation_has_each_page_once() -> None:
    named = in_the_navigation()

    assert len(named) == len(set(named))
    assert {*named} == {page for page in PAGES if not re.match(r"decisions/\d", page)}


def test_every_document_is_on_the_site() -> None:
    documents = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    decisions = {path.name for path in (ROOT / "docs" / "decisions").glob("*.md")}

    assert documents <= PAGES.keys()
    assert {name for name in decisions if f"({name})" not in PAGES["decisions/index.md"]} == set()


def test_every_section_of_a_document_that_is_cut_is_on_one_page() -> None:
    for document in ("README.md", "SECURITY.md"):
        sections = re.findall(r"^## (.*)$", (ROOT / document).read_text(), re.MULTILINE)
        cut = [text for page, text in PAGES.items() if page in CUTS and CUTS[page].document == document]
        assert [name for name in sections if sum(f"# {name}\n" in text for text in cut) != 1] == []


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("../README.md#repair", "what-it-does.md#repair"),
        ("../README.md", "index.md"),
        ("../README.md#configuration", "configuration.md#configuration"),
        ("../docs/decisions", "https://github.com/ballast-ecs/ballast/tree/main/docs/decisions"),
        ("../LICENSE", "https://github.com/ballast-ecs/ballast/blob/main/LICENSE"),
        ("decisions/0001-first.md", "decisions/0001-first.md"),
        ("#there", "#there"),
        ("https://example.com/#x", "https://example.com/#x"),
    ],
)
def test_a_link_leads_to_the_page_that_has_its_heading_or_to_the_repository(
    link: str, leads_to: str, tmp_path: Path
) -> None:
    clone = a_clone(tmp_path, page=f"# Page\n\n## There\n\n[it]({link})\n")
    (clone / "LICENSE").touch()

    assert f"[it]({leads_to})" in pages(clone)["page.md"]


def test_a_page_in_a_folder_leads_out_of_it(tmp_path: Path) -> None:
    clone = a_clone(tmp_path, page="# Page\n\n## There\n")

    assert "[up](../page.md#there)" in pages(clone)["decisions/0001-first.md"]


def test_what_is_code_is_no_link(tmp_path: Path) -> None:
    code = "# Page\n\n`[a](b)` and\n\n```\n[c](d)\n```\n"

    assert pages(a_clone(tmp_path, page=code))["page.md"] == code


def test_a_link_that_leads_nowhere_is_one_sentence(tmp_path: Path) -> None:
    clone = a_clone(tmp_path, page="# Page\n\n[a](../gone.md)\n")

    with pytest.raises(ValueError, match=r"^docs/page\.md links to \.\./gone\.md, which is not there$"):
        pages(clone)


def test_a_section_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    clone = a_clone(tmp_path)
    (clone / "README.md").write_text(README)

    with pytest.raises(
        ValueError, match=r"^README\.md has no section Configuration, of which configuration\.md is made$"
    ):
        pages(clone)


def test_no_page_asks_for_anything_from_elsewhere() -> None:
    settings = yaml.load((ROOT / "mkdocs.yml").read_text(), Loader=Loader)  # noqa: S506 - a SafeLoader

    assert settings["theme"]["font"] is False
    assert "repo_url" not in settings  # its pages would ask GitHub for stars
    assert settings["plugins"] == ["search"]
    assert [text for text in PAGES.values() if re.search(r"!\[[^]]*\]\(https?:|<(img|script|iframe)", text)] == []
