"""Every line that a function writes says whose it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from simulator.delivery.template import FunctionSpec, Stack
from tests.builders import ROOT

STACK = Stack.load(ROOT / "template.yaml", {}, stack="ballast", account="123456789012", region="us-east-1")
WRITES = """
import runpy, sys
runpy.run_path(sys.argv[1])
from ballast.telemetry import count, logger, tracer
logger.info("one line")
logger.error("another")
count("DrainsStarted", cluster="prod")
print('{"service": "%s"}' % tracer._config["service"])
"""


@pytest.mark.parametrize("function", STACK.functions, ids=lambda function: function.name)
def test_every_line_of_a_function_says_its_name(function: FunctionSpec) -> None:
    """Logs, metrics and traces, with the variables that the template gives it."""
    written = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", WRITES, str(function.code / "handler.py")],
        env={**os.environ, **function.environment, "PYTHONPATH": "layers/shared", "POWERTOOLS_TRACE_DISABLED": "true"},
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    lines = [json.loads(line) for line in written.splitlines()]
    assert len(lines) == 4
    assert {line["service"] for line in lines} == {function.code.name}
