"""Where a link of a document leads on the site: to another page, or to the repository for what is no page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Of Markdown and of HTML, outside of code.
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<=\]\()([^)\s]+)(?=\))")
ELSEWHERE = re.compile(r"[a-z]+:")


@dataclass(frozen=True, slots=True)
class Site:
    """`homes` are pages by document and anchor ("" for the whole document)."""

    root: Path
    repository: str
    homes: Mapping[tuple[str, str], str]


def slug(heading: str) -> str:
    """As GitHub names the anchor of a heading; pymdownx.slugs does the same on the site."""
    words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def relinked(text: str, page: str, source: str, site: Site) -> str:
    """The text with its links as they are on `page`; `source` is the document that it comes from."""
    kept, done = [], 0
    for code in CODE.finditer(text):
        kept += [_plain(text[done : code.start()], page, source, site), code[0]]
        done = code.end()
    return "".join([*kept, _plain(text[done:], page, source, site)])


def _plain(text: str, page: str, source: str, site: Site) -> str:
    return LINK.sub(lambda found: _target(found[0], page, source, site), text)


def _target(link: str, page: str, source: str, site: Site) -> str:
    if ELSEWHERE.match(link):
        return link
    path, _, anchor = link.partition("#")
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(source), path)) if path else source
    home = site.homes.get((wanted, anchor)) or site.homes.get((wanted, ""))
    behind = f"#{anchor}" if anchor else ""
    if home:
        return (
            posixpath.relpath(home, posixpath.dirname(page) or ".") if home != page else ""
        ) + behind or posixpath.basename(page)
    if wanted.startswith("docs/") and wanted.endswith(".svg"):
        return posixpath.relpath(wanted.removeprefix("docs/"), posixpath.dirname(page) or ".")
    if not (site.root / wanted).exists():
        raise ValueError(f"{source} links to {link}, which is not there")
    kind = "tree" if (site.root / wanted).is_dir() else "blob"
    return f"{site.repository}/{kind}/main/{wanted}{behind}"
