"""The tests mirror the rooms: the test of a module is found by its name, `test_<module>.py` or `test_<module>_<aspect>.py`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.builders import ROOT

ROOMS = ROOT / "layers" / "shared" / "ballast"
TESTS = ROOT / "tests" / "ballast"
MODULES = {m.relative_to(ROOMS).with_suffix("").as_posix() for m in ROOMS.rglob("*.py") if m.stem != "__init__"}
OF_THE_ROOM = {Path("packing/test_size.py")}  # how large it is, and that it imports nothing
# There is nothing to test: they hold values, and what follows from them is tested where it follows.
PLAIN = {
    "drain/events": "what EventBridge tells, field by field",
    "facts/gates": "two mappings",
    "facts/health": "what is seen of the health of instances",
    "facts/loss": "counts of instances",
    "facts/running": "a host and its version",
    "facts/sightings": "records of instances",
    "plans/action": "what each action says of itself; tests/ballast/plans holds every kind to it",
    "policy/choices": "words of settings",
    "policy/setting": "one row of a table",
    "policy/update_settings": "rows; tests/ballast/policy/test_settings.py reads each",
    "policy/rebalancing": "what the operator allows",
    "publish/ports": "protocols",
    "rebalance/events": "what EventBridge tells, field by field",
    "rebalance/stays": "why an instance stays, in words",
    "records/document": "names of SSM documents",
    "records/kept": "a protocol",
    "records/repair": "what is believed, and what a group remembers",
    "shell/capacity_settings": "names of variables; tests/template/test_settings.py holds the template to them",
    "shell/perform_capacity": "three calls; test_perform.py holds every kind of action to its performer",
    "shell/policy_settings": "names of variables; tests/template/test_settings.py holds the template to them",
}
RULES = (ast.If, ast.IfExp, ast.For, ast.While, ast.BoolOp, ast.BinOp, ast.Compare, ast.comprehension, ast.match_case)


def named_after(module: str) -> list[str]:
    """By name; `test_drain_sweep` is of `drain_sweep` and not of `drain`, where there are both."""
    room, name = (TESTS / module).parent, Path(module).name
    longer = [f"test_{Path(m).name}_" for m in MODULES if Path(m).parent == Path(module).parent]
    longer = [each for each in longer if each.startswith(f"test_{name}_") and each != f"test_{name}_"]
    found = (f"{test.stem}_" for test in room.glob(f"test_{name}*.py"))
    return [test for test in found if test.startswith(f"test_{name}_") and not test.startswith(tuple(longer))]


@pytest.mark.parametrize("test", sorted(p.relative_to(TESTS) for p in TESTS.rglob("test_*.py")), ids=str)
def test_a_test_is_named_after_a_module_of_its_room(test: Path) -> None:
    modules = {module.stem for module in (ROOMS / test.parent).glob("*.py")}

    assert test in OF_THE_ROOM or any(f"{test.stem}_".startswith(f"test_{module}_") for module in modules)


def test_every_module_has_a_test_of_its_name_or_holds_plain_values() -> None:
    assert sorted(module for module in MODULES - PLAIN.keys() if not named_after(module)) == []


@pytest.mark.parametrize("module", sorted(PLAIN))
def test_plain_is_a_module_without_a_rule_and_without_a_test(module: str) -> None:
    code = ast.parse((ROOMS / f"{module}.py").read_text())
    code.body = [n for n in code.body if not (isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING")]
    unions = ast.BitOr  # `X | None`
    found = [n for n in ast.walk(code) if isinstance(n, RULES) and not isinstance(getattr(n, "op", None), unions)]

    assert (found, named_after(module)) == ([], [])
