"""Every line that a function writes says whose it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from ballast.telemetry import gauge
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


def test_a_gauge_tells_what_is_now_by_cluster(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "rebalance_capacity")
    gauge("BoundUsdPerHour", 1.25, cluster="prod")
    told = json.loads(capsys.readouterr().out)
    [described] = told["_aws"]["CloudWatchMetrics"]

    assert (told["BoundUsdPerHour"], told["cluster"]) == ([1.25], "prod")
    assert described["Metrics"] == [{"Name": "BoundUsdPerHour", "Unit": "None"}]
    assert (described["Namespace"], described["Dimensions"]) == ("Ballast", [["cluster", "service"]])
