"""`python -m benchmarks.packing [--quick] [--unseen] [mix …|consolidation]`: one table per family, all sides from the same run.

The constants of the package were chosen by the tables of seeds 1 to 3; `--unseen` takes seeds 4 to 6 instead.
"""

from __future__ import annotations

import resource
import sys

from benchmarks.packing import consolidating, provisioning
from benchmarks.packing.workloads import MIXES


def main() -> None:
    quick = "--quick" in sys.argv
    seeds = (4, 5, 6) if "--unseen" in sys.argv else (1, 2, 3)
    families = [a for a in sys.argv[1:] if not a.startswith("-")] or [*MIXES, "consolidation"]
    good = True
    for family in families:
        if family == "consolidation":
            good &= consolidating.table(quick=quick)
        else:
            good &= provisioning.table(family, seeds[:1] if quick else seeds)
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB, solver included")
    print("every row meets its target, or no plan can" if good else "some rows miss a target")


main()
