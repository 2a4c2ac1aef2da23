"""The package stays small, quick to import, and free of dependencies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import ballast.packing

PACKAGE = Path(ballast.packing.__file__).parent
LINES, MODULE_LINES = 1000, 200


def test_the_package_is_below_a_thousand_lines_that_are_not_blank_and_no_module_above_two_hundred() -> None:
    lines = [sum(bool(line.strip()) for line in module.read_text().splitlines()) for module in PACKAGE.glob("*.py")]
    assert sum(lines) < LINES
    assert max(lines) <= MODULE_LINES


def test_importing_it_costs_less_than_thirty_milliseconds_and_no_third_party_module() -> None:
    code = (
        "import sys, time; start = time.process_time(); import ballast.packing.consolidation, ballast.packing.places; "
        "print(time.process_time() - start); "
        "print([m for m in sys.modules if m.partition('.')[0] not in sys.stdlib_module_names | {'ballast', '__main__'}])"
    )
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.append({str(PACKAGE.parents[1])!r}); {code}"]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n") for _ in range(5)]  # noqa: S603 -- our own interpreter
    assert min(float(run[0]) for run in runs) < 0.030
    assert runs[0][1] == "[]"
