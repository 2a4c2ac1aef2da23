"""`ballast completion bash`: print what a shell needs to complete the command. `make docs` writes the scripts."""

from __future__ import annotations

import argparse
from importlib.resources import files
from typing import Any

SHELLS = {"bash": "ballast.bash", "zsh": "_ballast", "fish": "ballast.fish"}

type Shown = tuple[bool, list[str], Any]


def completion(options: argparse.Namespace) -> Shown:
    text = files(__package__).joinpath(SHELLS[options.shell]).read_text(encoding="utf-8")
    return True, [text.rstrip("\n")], text
