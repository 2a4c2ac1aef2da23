"""The habits of the house that a number can hold: no module is long, none is a catch-all."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

import pytest

from tests.builders import ROOT

LONGEST_MODULE = 200
LONGEST_FUNCTION = 50
MEDIAN = 75  # of the lines that are not blank
CATCH_ALLS = {"utils", "common", "helpers", "manager", "base"}
PRODUCT = [p for room in ("layers", "functions", "cli") for p in sorted((ROOT / room).rglob("*.py"))]
MODULES = [*PRODUCT, *(p for room in ("simulator", "tools") for p in sorted((ROOT / room).rglob("*.py")))]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_read_in_one_go_and_says_what_is_in_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= LONGEST_MODULE
    assert path.stem not in CATCH_ALLS
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_no_function_of_the_product_is_long(path: Path) -> None:
    """The simulator wires whole worlds, with one keyword a line."""
    found = (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef))

    assert [f.name for f in found if (f.end_lineno or 0) - f.lineno >= LONGEST_FUNCTION] == []


def test_most_modules_are_short() -> None:
    lengths = [sum(bool(line.strip()) for line in p.read_text(encoding="utf-8").splitlines()) for p in PRODUCT]

    assert median(lengths) <= MEDIAN
