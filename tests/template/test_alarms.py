"""A dead-man alarm rings when a function that ran runs no more, and not because it has not run yet.

Played with the alarm's own expression, by every reading of what AWS leaves open: whether FILL fills a metric without any data
point, and how many more periods than its own an alarm looks at ("CloudWatch attempts to retrieve a higher number of data
points than the number specified as Evaluation Periods").
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from simulator.delivery.cloudformation import load
from tests.builders import ROOT

RESOURCES = load(ROOT / "template.yaml")["Resources"]
ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
DEAD_MEN = [name for name in ALARMS if name.endswith("Silent")]
SWEEPS_IN_A_PERIOD = {300: 5.0, 3600: 1.0}

type Series = list[float | None]  # None where no data point is


@dataclass(frozen=True, slots=True)
class Reading:
    """Of what AWS does not say."""

    fills_what_never_was: bool
    looks_further_by: int  # periods


READINGS = [Reading(fills, further) for fills in (True, False) for further in (1, 3)]


def state_after(alarm: dict[str, Any], ran: Sequence[float | None], reading: Reading, state: str) -> str:
    """The alarm's next state, with the newest period last."""
    [metric, result] = alarm["Metrics"]
    periods = alarm["EvaluationPeriods"]
    series = list(ran[-(periods + reading.looks_further_by) :])

    def fill(values: Series, value: float) -> Series:
        if not reading.fills_what_never_was and all(each is None for each in values):
            return values
        return [value if each is None else each for each in values]

    functions = {
        "FILL": fill,
        "DATAPOINT_COUNT": lambda values: sum(each is not None for each in values),
        "IF": lambda condition, then, otherwise: then if condition else otherwise,
    }
    found: Series = eval(result["Expression"], {"__builtins__": {}}, {**functions, metric["Id"]: series})  # noqa: S307 - ours
    newest = found[-periods:]
    if any(each is None for each in newest):
        assert alarm["TreatMissingData"] == "ignore"
        return state
    return "ALARM" if all(each < alarm["Threshold"] for each in newest if each is not None) else "OK"


def states(alarm: dict[str, Any], ran: Sequence[float | None], reading: Reading) -> list[str]:
    """From its creation at the first period of `ran`, before which nothing was measured."""
    before: list[float | None] = [None] * 9
    found, state = [], "INSUFFICIENT_DATA"
    for number in range(1, len(ran) + 1):
        state = state_after(alarm, [*before, *ran[:number]], reading, state)
        found.append(state)
    return found


@pytest.fixture(params=DEAD_MEN)
def alarm(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = ALARMS[request.param]
    return found


@pytest.fixture
def runs(alarm: dict[str, Any]) -> float:
    """How often its function runs in one of its periods."""
    return SWEEPS_IN_A_PERIOD[alarm["Metrics"][0]["MetricStat"]["Period"]]


def test_each_function_has_a_dead_man_alarm_of_its_own() -> None:
    watched = [ALARMS[name]["Metrics"][0]["MetricStat"]["Metric"]["Dimensions"][0]["Value"]["Ref"] for name in DEAD_MEN]

    assert sorted(watched) == sorted(name for name, r in RESOURCES.items() if r["Type"] == "AWS::Serverless::Function")


def test_it_counts_the_invocations_and_only_the_filled_series_is_compared(alarm: dict[str, Any]) -> None:
    [metric, result] = alarm["Metrics"]

    assert metric["MetricStat"]["Metric"]["MetricName"] == "Invocations"
    assert metric["MetricStat"]["Stat"] == "Sum"
    assert (metric["ReturnData"], result["ReturnData"]) == (False, True)
    assert "FILL(ran, 0)" in result["Expression"]
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "LessThanThreshold")


@pytest.mark.parametrize("reading", READINGS, ids=str)
@pytest.mark.parametrize("quiet", [0, 1, 2, 5])
def test_it_does_not_ring_at_install(alarm: dict[str, Any], runs: float, quiet: int, reading: Reading) -> None:
    """Whatever time passes until the function runs for the first time, and is known to."""
    assert "ALARM" not in states(alarm, [None] * quiet + [1.0, runs, runs], reading)


@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_it_rings_once_the_function_runs_no_more_and_goes_on_until_it_runs_again(
    alarm: dict[str, Any], runs: float, reading: Reading
) -> None:
    allowed = alarm["EvaluationPeriods"]
    found = states(alarm, [runs] * 6 + [None] * 20 + [runs], reading)

    assert found[5 : 5 + allowed] == ["OK"] * allowed
    assert found[5 + allowed : -1] == ["ALARM"] * (21 - allowed)
    assert found[-1] == "OK"


@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_a_data_point_that_is_late_rings_nothing(alarm: dict[str, Any], runs: float, reading: Reading) -> None:
    """FILL takes the newest one for missing where metrics are told with a delay."""
    assert state_after(alarm, [runs] * 6 + [None], reading, "OK") == "OK"


def test_no_other_alarm_rings_for_want_of_data() -> None:
    others = {name: each["TreatMissingData"] for name, each in ALARMS.items() if name not in DEAD_MEN}

    assert set(others.values()) == {"notBreaching"}
