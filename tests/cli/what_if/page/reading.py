"""A page as a parser of HTML sees it, and as a browser lays it out where there is one."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import override

VOID = frozenset({"meta"})
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
WIDTHS = "<script>parent.postMessage([innerWidth,document.documentElement.scrollWidth].join(' '),'*')</script>"
FRAME = (  # a window of a browser is never as narrow as a phone, a frame is
    '<html><iframe width="{}" height="900" style="border:0" src="{}"></iframe>'
    "<script>onmessage = (said) => {{ document.title = said.data }}</script></html>"
)


@dataclass
class Page(HTMLParser):
    """Its elements with their attributes, its text by element, the rows of its tables, and what is not closed."""

    found: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    @override
    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    @override
    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join(data for tag, data in self.texts if tag != "style")

    @property
    def style(self) -> str:
        return "".join(data for tag, data in self.texts if tag == "style")

    def amounts(self) -> dict[str, Decimal]:
        """Of tables of money: the name of a row, and what it costs."""
        money = (row for row in self.rows if len(row) == 2 and re.fullmatch(r"[\d,]+\.\d{6}", row[1]))
        return {name: Decimal(amount.replace(",", "")) for name, amount in money}


def read(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    return page


def lay_out(path: Path, width: int) -> tuple[int, int, str]:
    """The width of the window, that of the page in it, and what the browser complains of."""
    measured, frame = path.with_suffix(".measured.html"), path.with_suffix(".frame.html")
    text = re.sub(r"<meta http-equiv[^>]*>", "", path.read_text(encoding="utf-8"))
    measured.write_text(text.replace("</body>", f"{WIDTHS}</body>"), encoding="utf-8")
    frame.write_text(FRAME.format(width, measured.name), encoding="utf-8")
    window, page = re.findall(r"<title>(\d+) (\d+)</title>", _browse(frame, "--virtual-time-budget=5000").stdout)[0]
    complaints = [line for line in _browse(path, "--enable-logging=stderr").stderr.splitlines() if "CONSOLE" in line]
    return int(window), int(page), "\n".join(complaints)


def _browse(path: Path, asked: str) -> subprocess.CompletedProcess[str]:
    assert CHROMIUM
    profile = f"--user-data-dir={path.parent / 'profile'}"
    command = [
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        profile,
        asked,
        "--dump-dom",
    ]
    return subprocess.run([*command, path.as_uri()], capture_output=True, text=True, check=True, timeout=120)  # noqa: S603 - ours
