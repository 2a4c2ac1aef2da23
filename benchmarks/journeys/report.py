"""Print how many files each journey passes, beside those of 0.1.0 and the most that we want."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.journeys import trace
from benchmarks.tables import Measure, console, show

ROOT = Path(__file__).parents[2]
# Each journey with its files in 0.1.0 and the most that we want, as issue 11 says.
JOURNEYS: Mapping[str, tuple[str, int, int | None]] = {
    "ecs": ("Spot warning → UpdateContainerInstancesState [files]", 28, 18),
    "bus": ("Spot warning → notice on the bus [files]", 29, None),
    "told": ("Spot warning → Slack and SNS [files]", 51, 36),
    "release": ("release seen → first instance ACTIVE on it [files]", 95, 65),
}
NOTES = (
    "A file counts where one of its functions is called by a warm function of ours, in the simulator, as sys.monitoring",
    "sees it. 0.1.0: as first counted; this script, pointed at that version, says 27, 29, 51 and 94.",
)


def main(arguments: Sequence[str] = ()) -> int:
    """Answer 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.journeys", description=__doc__)
    parser.add_argument("tree", nargs="?", type=Path, default=ROOT, help="another checkout, to compare with")
    parser.add_argument("--files", action="store_true", help="name the files in the order in which they are entered")
    chosen = parser.parse_args(arguments)
    found = traced(chosen.tree.resolve())
    measures = [
        Measure(name, len(found[journey]), {"0.1.0": before}, most)
        for journey, (name, before, most) in JOURNEYS.items()
    ]
    title = f"Journeys through {len(found['all'])} files of the layer and the functions"
    met = show(title, measures, ours="Ballast", notes=NOTES)
    if chosen.files:
        for journey, (name, _, _) in JOURNEYS.items():
            console().print(f"{name.removesuffix(' [files]')}:", *found[journey], sep="\n  ", highlight=False)
    return 0 if met else 1


def traced(tree: Path) -> dict[str, list[str]]:
    """In a process of its own, as the tree may be another version of the same modules."""
    paths = os.pathsep.join(str(tree / place) for place in ("layers/shared", "cli", "."))
    printed = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, trace.__file__],
        env={**os.environ, "PYTHONPATH": paths},
        cwd=tree,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    found: dict[str, list[str]] = json.loads(printed)
    return found
