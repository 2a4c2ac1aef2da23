"""Command line: `python -m benchmarks.cost [--write]`, which keeps the figures for README (then `make docs`)."""

from __future__ import annotations

import sys

from benchmarks.cost.report import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
