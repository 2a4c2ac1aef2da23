"""Where is what is deployed? In a clone beside the command, in an installed package in this folder."""

from __future__ import annotations

from pathlib import Path

from ballast.errors import BallastError

HERE = Path(__file__).parent
PLACES = (HERE / "stack", HERE.parents[2])


class NotInstalledError(BallastError):
    """Says how to install what is missing."""


def template() -> Path:
    for place in PLACES:
        if (place / "template.yaml").is_file() and (place / "functions").is_dir():
            return place / "template.yaml"
    raise NotInstalledError(
        "what-if plays the stack, and its template.yaml is not there; install from a clone of Ballast"
    )
