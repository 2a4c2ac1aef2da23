"""Command line: `python -m benchmarks.cost`."""

from __future__ import annotations

import sys

from benchmarks.cost.report import main

if __name__ == "__main__":
    sys.exit(main())
