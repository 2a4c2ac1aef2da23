"""Command line: `python -m benchmarks.updating`."""

from __future__ import annotations

import sys

from benchmarks.updating.report import main

if __name__ == "__main__":
    sys.exit(main())
