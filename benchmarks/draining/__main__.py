"""Command line: `python -m benchmarks.draining`."""

from __future__ import annotations

import sys

from benchmarks.draining.report import main

if __name__ == "__main__":
    sys.exit(main())
