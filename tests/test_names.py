"""A module that a document, a docstring or a comment names exists: `drain/start`, `policy.policy.Policy`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.builders import ROOT

ROOMS = ROOT / "layers" / "shared" / "ballast"
NAMES = "|".join(sorted(room.name for room in ROOMS.iterdir() if room.is_dir() and room.name != "__pycache__"))
BY_PATH = re.compile(rf"(?<![\w/.-])({NAMES})/([a-z_]+(?:/[a-z_]+)?)(?:\.py)?(?![\w/-])")
BY_DOTS = re.compile(rf"`(?:ballast\.)?({NAMES})\.([a-z_]+)(?:\.[A-Za-z_]+)*`")
CODE = [p for folder in ("layers", "functions", "cli", "simulator", "tools") for p in (ROOT / folder).rglob("*.py")]
TEXTS = [*CODE, *(p for p in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")) if p.name != "CHANGELOG.md")]


def unknown(text: str) -> list[str]:
    named = [*BY_PATH.finditer(text), *BY_DOTS.finditer(text)]
    return [m[0] for m in named if not ((ROOMS / m[1] / m[2]).is_dir() or (ROOMS / m[1] / f"{m[2]}.py").is_file())]


@pytest.mark.parametrize(
    "folder", sorted({text.parent for text in TEXTS}), ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_every_module_that_a_text_names_exists(folder: Path) -> None:
    texts = [path for path in TEXTS if path.parent == folder]

    assert {path.name: found for path in texts if (found := unknown(path.read_text(encoding="utf-8")))} == {}


def test_a_name_that_leads_nowhere_is_seen_in_either_form() -> None:
    """0.1.0's `updating/__init__` led to a module that had never existed."""
    assert unknown("as drain/start does, and drain/stepping.py not; `policy.policy.Policy`, `policy.wishes.Wish`") == [
        "drain/stepping.py",
        "`policy.wishes.Wish`",
    ]
