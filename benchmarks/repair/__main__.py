"""Command line: `python -m benchmarks.repair [--quick] [--days=N] [timelines|days]`; exit code 1 when a target is missed.

`--quick` plays three random days in the place of a hundred.
"""

from __future__ import annotations

import sys

from benchmarks.repair.report import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
