"""Command line: `python -m benchmarks.rebalance [--quick] [planning|looking|ceiling|day|states|shortage|headroom …]`.

`--quick` plays one mix and one seed, and for the others the least that shows something.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from benchmarks.rebalance import ceiling, closed_loop, headroom, observing, planning, shortage, states

TABLES: dict[str, Callable[[bool], bool]] = {
    "planning": lambda _quick: planning.table(),
    "looking": lambda _quick: observing.table(),
    "ceiling": lambda quick: ceiling.table(quick=quick),
    "states": lambda quick: states.table(quick=quick),
    "day": lambda quick: closed_loop.table(quick=quick),
    "shortage": lambda quick: shortage.table(quick=quick),
    "headroom": lambda quick: headroom.table(quick=quick),
}


def main(arguments: Sequence[str] = ()) -> int:
    """Answer 1 when a target is missed."""
    quick = "--quick" in arguments
    missed = [name for name in _wanted(arguments) if not TABLES[name](quick)]
    if missed:
        print(f"targets are missed in: {', '.join(missed)}")
    return 1 if missed else 0


def _wanted(arguments: Sequence[str]) -> list[str]:
    names = [a for a in arguments if not a.startswith("-")]
    if unknown := [name for name in names if name not in TABLES]:
        raise SystemExit(f"there is no table {unknown[0]}; there are {', '.join(TABLES)}")
    return names or list(TABLES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
