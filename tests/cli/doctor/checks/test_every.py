"""The list of checks, and that each has a name of its own and a test beside it."""

from __future__ import annotations

import inspect
from pathlib import Path

from ballast_cli import doctor
from ballast_cli.doctor.checks.every import CHECKS

HERE = Path(__file__).parents[1]
ROOM = Path(inspect.getfile(doctor)).parent
PLAIN = {"facts", "finding", "fleet", "seen"}  # values alone


def test_no_two_checks_are_called_the_same_or_do_the_same() -> None:
    assert len({check.title for check in CHECKS}) == len({check.find for check in CHECKS}) == len(CHECKS)


def test_who_asks_comes_first_and_hosts_come_last() -> None:
    assert (CHECKS[0].title, CHECKS[-1].title) == ("credentials", "Systems Manager")


def test_every_module_of_the_doctor_has_a_test_of_its_name() -> None:
    modules = {path.relative_to(ROOM).with_suffix("") for path in ROOM.rglob("*.py") if path.stem != "__init__"}
    tests = {path.relative_to(HERE) for path in HERE.rglob("test_*.py")}

    without = {m for m in modules if m.parent / f"test_{m.name}.py" not in tests and m.as_posix() not in PLAIN}
    assert without == set()
    assert {t for t in tests if t.parent / t.stem.removeprefix("test_") not in modules} == set()
