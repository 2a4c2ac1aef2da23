"""What does the demo end with, and how does it look? For README, so that neither is older than the program."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

COLUMNS = "110"
PICTURED_MINUTE = "50.5"
AT_ONCE = "1000000"  # virtual seconds in a second


def excerpt(root: Path) -> str:
    """The end of `make demo ARGS=--plain`: what on-call was told, and the numbers."""
    told = _simulator(root, "--plain", "--speed", AT_ONCE)
    return f"```\n{told[told.index('What on-call was told') :].strip()}\n```"


def picture(root: Path) -> str:
    """One frame of the rollout, as SVG: some instances on target, some under way, some to come."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "demo.svg"
        _simulator(root, "--scenario", "update", "--at", PICTURED_MINUTE, "--svg", str(file))
        return file.read_text(encoding="utf-8")


def _simulator(root: Path, *arguments: str) -> str:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "simulator", "demo", *arguments],
        cwd=root,
        env={**os.environ, "COLUMNS": COLUMNS},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
