"""The tests mirror the rooms: the test of a module is found by its name, `test_<module>.py` or `test_<module>_<aspect>.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import ROOT

ROOMS = ROOT / "layers" / "shared" / "ballast"
TESTS = ROOT / "tests" / "ballast"
OF_THE_ROOM = {Path("packing/test_size.py")}  # how large it is, and that it imports nothing


@pytest.mark.parametrize("test", sorted(p.relative_to(TESTS) for p in TESTS.rglob("test_*.py")), ids=str)
def test_a_test_is_named_after_a_module_of_its_room(test: Path) -> None:
    modules = {module.stem for module in (ROOMS / test.parent).glob("*.py")}

    assert test in OF_THE_ROOM or any(f"{test.stem}_".startswith(f"test_{module}_") for module in modules)
