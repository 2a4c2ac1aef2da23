"""`python -m benchmarks.packing [--quick] [mix …|consolidation]`: one table per family, all sides from the same run."""

from __future__ import annotations

import resource
import sys

from benchmarks.packing import consolidating, provisioning
from benchmarks.packing.workloads import MIXES


def main() -> None:
    quick = "--quick" in sys.argv
    families = [a for a in sys.argv[1:] if not a.startswith("-")] or [*MIXES, "consolidation"]
    good = True
    for family in families:
        if family == "consolidation":
            good &= consolidating.table(quick=quick)
        else:
            good &= provisioning.table(family, quick=quick)
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB, solver included")
    print("every row meets its target, or no plan can" if good else "some rows miss a target")


main()
