"""`make site`: the pages of the documentation site, each made of the one document that has the text.

README and SECURITY.md are several pages there, cut at their headings. What is made lies in .site, which mkdocs builds from;
so the site needs no plugin and no hook, and any builder that reads mkdocs.yml can build it
(docs/decisions/0070-the-site-is-made-of-what-is-there.md).
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.site_links import Site, relinked, slug

ROOT = Path(__file__).parent.parent
MADE = ROOT / ".site" / "docs"
REPOSITORY = "https://github.com/ballast-ecs/ballast"
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^## (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cut:
    """A page of some sections of a document; without any, of whatever no other page has. A single one is the page."""

    document: str
    sections: tuple[str, ...] = ()
    title: str = ""


CUTS: Mapping[str, Cut] = {
    "index.md": Cut("README.md"),
    "what-it-does.md": Cut(
        "README.md",
        ("What it does", "What it never does", "Bottlerocket updates", "Capacity", "Repair"),
        "What it will do to you",
    ),
    "configuration.md": Cut("README.md", ("Configuration",)),
    "cost.md": Cut("README.md", ("What it costs",)),
    "permissions.md": Cut(
        "SECURITY.md",
        ("What Ballast can do in your account", "What each function may do", "What leaves your account"),
        "What it changes in your account",
    ),
    "security.md": Cut("SECURITY.md"),
}
WHOLE = {"how-it-works.md": "ARCHITECTURE.md", "changelog.md": "CHANGELOG.md", "contributing.md": "CONTRIBUTING.md"}
ONE_SECTION = "---\nhide: [toc]\n---\n\n"  # leaves its tables more room
DECISIONS = "decisions/index.md"


def pages(root: Path) -> dict[str, str]:
    """By their path on the site, with every link as it is there; ValueError for a link that leads nowhere."""
    texts = {**_whole(root), **_cut(root), DECISIONS: _decisions(root)}
    site = Site(root, REPOSITORY, dict(_homes(texts)))
    return {page: relinked(text, page, source, site) for page, (source, text) in texts.items()}


def _whole(root: Path) -> dict[str, tuple[str, str]]:
    paths = [path.relative_to(root) for path in sorted((root / "docs").rglob("*.md"))]
    named = {path.relative_to("docs").as_posix(): path.as_posix() for path in paths} | WHOLE
    return {page: (source, (root / source).read_text(encoding="utf-8")) for page, source in named.items()}


def _cut(root: Path) -> dict[str, tuple[str, str]]:
    found = {}
    for page, cut in CUTS.items():
        head, sections = _parts((root / cut.document).read_text(encoding="utf-8"))
        taken = {name for each in CUTS.values() if each.document == cut.document for name in each.sections}
        if unknown := set(cut.sections) - sections.keys():
            raise ValueError(f"{cut.document} has no section {', '.join(sorted(unknown))}, of which {page} is made")
        chosen = [sections[name] for name in cut.sections or (name for name in sections if name not in taken)]
        if len(chosen) == 1:
            found[page] = (cut.document, f"{ONE_SECTION}{chosen[0].removeprefix('#')}")
        else:
            begin = f"# {cut.title}\n\n" if cut.title else head
            found[page] = (cut.document, begin + "".join(chosen))
    return found


def _parts(text: str) -> tuple[str, dict[str, str]]:
    """What stands before the first section, and each section with its heading."""
    fences = [found.span() for found in FENCED.finditer(text)]
    heads = [each for each in SECTION.finditer(text) if not any(a < each.start() < b for a, b in fences)]
    ends = [each.start() for each in heads[1:]] + [len(text)]
    return text[: heads[0].start()], {each[1]: text[each.start() : end] for each, end in zip(heads, ends, strict=True)}


def _decisions(root: Path) -> tuple[str, str]:
    """Every decision by its title."""
    lines = []
    for path in sorted((root / "docs" / "decisions").glob("*.md")):
        title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        lines.append(f"- [{title}]({path.name})")
    return "docs/decisions/index.md", "\n".join(["# Decisions", "", *lines, ""])


def _homes(texts: Mapping[str, tuple[str, str]]) -> Iterator[tuple[tuple[str, str], str]]:
    """Which page has a heading of a document; that of "" is where the document as a whole is."""
    for page, (source, text) in texts.items():
        if page not in CUTS or not CUTS[page].sections:
            yield (source, ""), page
        plain = FENCED.sub("", text)
        for heading in re.findall(r"^#+ (.*)$", plain, re.MULTILINE):
            yield (source, slug(heading)), page


def main() -> int:
    try:
        made = pages(ROOT)
    except ValueError as error:
        print(f"The site is not made: {error}.", file=sys.stderr)  # noqa: T201 - the answer of a command
        return 1
    shutil.rmtree(MADE, ignore_errors=True)
    for name, text in made.items():
        path = MADE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for picture in (ROOT / "docs").glob("*.svg"):
        shutil.copy(picture, MADE)
    shutil.copytree(ROOT / "docs" / "site", MADE / "site")
    return 0


if __name__ == "__main__":
    sys.exit(main())
