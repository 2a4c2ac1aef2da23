"""How long does a cold start spend on imports? Each handler in fresh processes, beside `boto3` and Powertools alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.tables import Measure, console, show

ROOT = Path(__file__).parents[1]
BASELINE = "import boto3, aws_lambda_powertools"
ROUNDS = 11
MOST_RATIO = 1.5
GUILTY_SHOWN = 6
# CPU time: imports do little else, and other work on the machine disturbs it less than the clock on the wall.
TIMED = "import time; start = time.process_time(); {}; print(time.process_time() - start)"
# The X-Ray SDK starts differently, and Powertools traces, where Lambda has set these.
LAMBDA = {"LAMBDA_TASK_ROOT": "/var/task", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
PARSING = """
import json, pathlib, timeit
from ballast.drain.parse import parse
text = pathlib.Path({path!r}).read_text()
print(min(timeit.repeat(lambda: parse(json.loads(text)), number=500, repeat=5)) / 500)
"""
PARSING_WITH_PYDANTIC = """
import pathlib, timeit
from aws_lambda_powertools.utilities.parser.models import EventBridgeModel
text = pathlib.Path({path!r}).read_text()
print(min(timeit.repeat(lambda: EventBridgeModel.model_validate_json(text), number=500, repeat=5)) / 500)
"""


def main(rounds: int = ROUNDS) -> int:
    measures = []
    guilty: dict[str, list[str]] = {}
    found = functions(ROOT)
    theirs_s, *each_s = in_turn((BASELINE, None), *(("import handler", function) for function in found), rounds=rounds)
    for function, ours_s in zip(found, each_s, strict=True):
        ratio = median(a / b for a, b in zip(ours_s, theirs_s, strict=True))
        measures += [
            Measure(f"{function.name}: import [CPU ms]", 1000 * median(ours_s), {"SDK": 1000 * median(theirs_s)}),
            Measure(f"{function.name}: import as a ratio to the SDK's [1]", ratio, {"SDK": 1.0}, MOST_RATIO),
        ]
        if measures[-1].missed:
            guilty[function.name] = slowest_imports(function)
    notes = (
        f"SDK: `{BASELINE}`. Medians of {rounds} rounds after one to warm up; in each round the SDK and every function",
        "start in a fresh process, one after the other; the ratio is the median of the rounds' ratios. On this machine.",
    )
    met = show("Cold start: imports of each function", measures, ours="Ballast", notes=notes)
    for name, lines in guilty.items():
        console().print(f"{name} imports too much; slowest beyond the SDK:", *lines, sep="\n  ")
    _parsing()
    return 0 if met else 1


def functions(root: Path) -> list[Path]:
    """The folders that hold a handler."""
    return sorted(path.parent for path in root.glob("functions/*/handler.py"))


def in_turn(*sides: tuple[str, Path | None], rounds: int) -> tuple[list[float], ...]:
    """Seconds of every round for each (statement, function folder); a first round only fills caches."""
    found: tuple[list[float], ...] = tuple([] for _ in sides)
    for number in range(rounds + 1):
        for seconds, (statement, function) in zip(found, sides, strict=True):
            took_s = float(run(["-c", TIMED.format(statement)], function).stdout)
            if number:
                seconds.append(took_s)
    return found


def slowest_imports(function: Path) -> list[str]:
    """The modules outside the SDK that `import handler` spends most time in, by their own time."""
    known = set(_import_times(run(["-X", "importtime", "-c", BASELINE], None).stderr))
    times = _import_times(run(["-X", "importtime", "-c", "import handler"], function).stderr)
    extra = sorted(((us, name) for name, us in times.items() if name not in known), reverse=True)
    return [f"{us / 1000:6.1f} ms  {name}" for us, name in extra[:GUILTY_SHOWN]]


def run(arguments: Sequence[str], function: Path | None) -> subprocess.CompletedProcess[str]:
    """Python as a Lambda environment starts it: the layer and one function on the path, tracing on."""
    paths = [str(ROOT / "layers" / "shared"), *([str(function)] if function else [])]
    environment = {**_kept(os.environ), **LAMBDA, "PYTHONPATH": os.pathsep.join(paths)}
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, *arguments], env=environment, cwd=folder, capture_output=True, text=True, check=True
        )


def _kept(environment: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in environment.items() if not k.startswith(("AWS_", "POWERTOOLS_", "PYTHON", "COV_"))}


def _import_times(text: str) -> dict[str, int]:
    """Own time in microseconds by module, from the lines of `-X importtime`."""
    return {
        name: int(own) for own, name in re.findall(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)$", text, re.MULTILINE)
    }


def _parsing() -> None:
    path = next((ROOT / "events").rglob("*pot*nterruption*.json"), None)
    if path is None:
        console().print("Reading an event is not measured: events/ holds no Spot interruption warning.")
        return
    probe = subprocess.run([sys.executable, "-c", "import pydantic"], capture_output=True, check=False)
    if probe.returncode:
        console().print("Reading an event is not compared with Powertools Parser: pydantic is no dependency of ours.")
        return
    ours_s = float(run(["-c", PARSING.format(path=str(path))], None).stdout)
    theirs_s = float(run(["-c", PARSING_WITH_PYDANTIC.format(path=str(path))], None).stdout)
    measure = Measure("one Spot warning, JSON to value [µs]", 1e6 * ours_s, {"Powertools Parser": 1e6 * theirs_s})
    show(
        "Reading an event",
        [measure],
        ours="Ballast",
        notes=("Parser: its EventBridgeModel, which leaves `detail` untyped.",),
    )


if __name__ == "__main__":
    sys.exit(main())
