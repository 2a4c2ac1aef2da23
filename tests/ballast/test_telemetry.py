"""Every line that a function writes says whose it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from ballast.telemetry import count, gauge
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


def test_a_metric_has_the_stack_for_its_one_dimension_and_the_rest_beside_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "rebalance_capacity")
    monkeypatch.setenv("STACK_NAME", "mine")
    count("DrainsStarted", cluster="prod", reason="scale_in")
    gauge("BoundUsdPerHour", 1.25, cluster="prod")
    counted, told = map(json.loads, capsys.readouterr().out.splitlines())
    [described] = told["_aws"]["CloudWatchMetrics"]

    assert (counted["cluster"], counted["reason"], counted["service"]) == ("prod", "scale_in", "rebalance_capacity")
    assert (told["BoundUsdPerHour"], told["cluster"], told["stack"]) == ([1.25], "prod", "mine")
    assert described["Metrics"] == [{"Name": "BoundUsdPerHour", "Unit": "None"}]
    assert (described["Namespace"], described["Dimensions"]) == ("Ballast", [["stack"]])


def test_what_is_measured_may_stand_in_the_log_only_where_the_same_query_finds_it() -> None:
    """Powertools' logger writes where standard output was when it was made, so in a process of its own."""
    [drain] = [function for function in STACK.functions if function.name == "DrainInstance"]
    assert drain.environment["METRICS"] == "logs"
    written = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", WRITES, str(drain.code / "handler.py")],
        env={**os.environ, **drain.environment, "PYTHONPATH": "layers/shared", "POWERTOOLS_TRACE_DISABLED": "true"},
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    measured = json.loads(written.splitlines()[2])

    assert (measured["DrainsStarted"], measured["cluster"], "_aws" in measured) == ([1.0], "prod", False)
