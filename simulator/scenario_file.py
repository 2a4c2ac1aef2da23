"""A scenario that lies outside the package: a Python file that ends in SCENARIO, loaded by its path.

What is wrong with it is told in one sentence that names the file, the line and the mistake.
"""

from __future__ import annotations

import ast
import inspect
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from simulator.delivery.faults import Faults
from simulator.stage import Scenario, Stage

LONGEST_SENTENCE = 300
MODULE = "scenario_of_a_file"


class ScenarioFileError(Exception):
    """One sentence for whoever wrote the file."""

    def __init__(self, path: Path, line: int, wrong: str) -> None:
        clean = " ".join(wrong.split()).encode("unicode_escape").decode()[:LONGEST_SENTENCE].rstrip(".")
        super().__init__(f"{path}, line {line}: {clean}.")


def load_scenario(path: Path) -> Scenario:
    """The SCENARIO of the file; ScenarioFileError when there is none, or it cannot be one."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise ScenarioFileError(path, 1, f"the file cannot be read: {reason}") from error
    warnings.filterwarnings("ignore", category=SyntaxWarning)
    try:
        tree = ast.parse(text, str(path))
    except (SyntaxError, ValueError) as error:
        line, wrong = (error.lineno, error.msg) if isinstance(error, SyntaxError) else (1, str(error))
        raise ScenarioFileError(path, line or 1, f"this is no Python: {wrong}") from error
    with telling(path):
        module = _run(path, text)
    line = _line_of(tree) or len(text.splitlines()) or 1
    if not hasattr(module, "SCENARIO"):
        raise ScenarioFileError(path, line, "the file does not end in SCENARIO = Scenario(name, title, minutes, build)")
    complaint = _what_is_wrong(module.SCENARIO)
    if complaint is not None:
        raise ScenarioFileError(path, line, complaint)
    scenario: Scenario = module.SCENARIO
    return scenario


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Turn what goes wrong in the file, or later because of it, into ScenarioFileError.

    What fails without any trace of the file is laid at SCENARIO, with the place where it failed.
    """
    try:
        yield
    except ScenarioFileError:
        raise
    except (Exception, SystemExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(path)]
        lines += [int(note.rpartition(":")[2]) for note in _notes(error) if note.startswith(f"staged at {path}:")]
        if lines:
            raise ScenarioFileError(path, lines[-1] or 1, _said(error)) from error
        if not frames or isinstance(error, OSError):
            raise
        where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}"
        raise ScenarioFileError(
            path, _line_of_scenario(path), f"{_said(error)} in {where} while it was played"
        ) from error


def stage_of(path: Path, seed: int) -> Stage:
    """The stage for the file's scenario; ScenarioFileError also when its parameters are none of the template's."""
    scenario = load_scenario(path)
    try:
        return Stage(scenario, seed)
    except ValueError as error:
        raise ScenarioFileError(path, _line_of_scenario(path), str(error)) from error


def _run(path: Path, text: str) -> ModuleType:
    """Not by an import, which would leave compiled files beside the scenario."""
    module = ModuleType(MODULE)
    module.__file__ = str(path)
    sys.modules[MODULE] = module  # dataclasses look for it there
    exec(compile(text, str(path), "exec"), vars(module))  # noqa: S102 - a scenario is code that its author runs
    return module


def _notes(error: BaseException) -> list[str]:
    return list(getattr(error, "__notes__", ()))


def _line_of_scenario(path: Path) -> int:
    return _line_of(ast.parse(path.read_text(encoding="utf-8"))) or 1


def _line_of(tree: ast.Module) -> int | None:
    """Where SCENARIO is assigned."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "SCENARIO" for target in targets):
            return node.lineno
    return None


def _what_is_wrong(found: object) -> str | None:
    """Python checks no types when a Scenario is made."""
    if not isinstance(found, Scenario):
        return f"SCENARIO is of type {type(found).__name__}, not a simulator.stage.Scenario"
    if not isinstance(found.name, str) or not isinstance(found.title, str):
        return "name and title of a Scenario are texts"
    minutes = found.minutes
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 < minutes < float("inf"):
        return f"minutes of a Scenario is a number above 0, not {minutes!r}"
    if found.ends is not None and not callable(found.ends):
        return "ends of a Scenario is a function that takes the stage and answers whether the story is over"
    if not isinstance(found.faults, Faults):
        return "faults of a Scenario is a simulator.delivery.faults.Faults"
    known = isinstance(found.parameters, Mapping) and all(
        isinstance(part, str) for pair in found.parameters.items() for part in pair
    )
    if not known:
        return "parameters of a Scenario are texts by the name of a template parameter"
    try:
        inspect.signature(found.build).bind("stage")
    except (TypeError, ValueError):
        return "build of a Scenario is a function that takes the stage and nothing else"
    return None


def _said(error: BaseException) -> str:
    match error:
        case SystemExit():
            return "the file ends the program"
        case KeyError():
            return f"{error.args[0] if error.args else '?'!r} is not known (KeyError)"
        case _:
            return f"{error} ({type(error).__name__})" if str(error) else type(error).__name__
