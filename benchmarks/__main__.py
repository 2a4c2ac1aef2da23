"""Command line: `python -m benchmarks [NAME …]`; without a name it runs every benchmark there is."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
from collections.abc import Sequence

MODULES = {
    "cold_start": "benchmarks.cold_start",
    "cost": "benchmarks.cost.__main__",
    "draining": "benchmarks.draining.__main__",
    "journeys": "benchmarks.journeys.report",
    "packing": "benchmarks.packing.__main__",
    "rebalance": "benchmarks.rebalance.__main__",
    "repair": "benchmarks.repair.report",
    "scale": "benchmarks.scale.__main__",
    "updating": "benchmarks.updating.__main__",
    "what_if": "benchmarks.what_if.report",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer 1 when any target is missed."""
    known = [name for name, module in MODULES.items() if importlib.util.find_spec(module)]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure our claims beside named peers.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"which ones: {', '.join(known)} (default: all)")
    names = parser.parse_args(arguments).names
    if unknown := [name for name in names if name not in known]:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(known)}")
    missed = [name for name in names or known if importlib.import_module(MODULES[name]).main()]
    if missed:
        print(f"Targets are missed in: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
