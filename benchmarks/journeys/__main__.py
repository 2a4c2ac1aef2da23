"""Command line: `python -m benchmarks.journeys [TREE] [--files]`."""

from __future__ import annotations

import sys

from benchmarks.journeys.report import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
