"""What stands is read from the template, what is used from a run, and both are charged line by line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.cost.bill import bill
from benchmarks.cost.prices import HOURS, PRICES
from benchmarks.cost.report import DEAR, TEMPLATE, bills, play, show_months
from benchmarks.cost.standing import Standing, standing
from benchmarks.cost.usage import Meter, Usage, metered, series
from benchmarks.scale.fleet import Size, scenario
from simulator.stage import Stage

NOTHING = Usage()
STANDS = Standing(alarm_metrics=10, pollers=5, keys=1, traced=True, memory_gb=0.5)


def test_what_stands_follows_from_the_template_and_its_parameters() -> None:
    usual, other = standing(TEMPLATE, {}), standing(TEMPLATE, {"TopicKey": "none", "Tracing": "Active"})

    assert (usual.keys, usual.traced, usual.memory_gb) == (1, False, 0.5)
    assert (other.keys, other.traced) == (0, True)
    assert usual.alarm_metrics == other.alarm_metrics > 0
    assert usual.pollers > 0
    assert (usual.dashboards, standing(TEMPLATE, {"Dashboard": "off"}).dashboards) == (1, 0)


def test_an_hour_is_charged_for_a_month() -> None:
    usage = replace(NOTHING, invocations=60, seconds=60, series=2, reads=1000, writes=100)
    usd = bill(usage, STANDS)

    assert usd["Lambda, time"] == pytest.approx(60 * 0.5 * 730 * 0.0000133334)
    assert usd["X-Ray"] == pytest.approx(60 * 730 * 5e-6)
    assert usd["CloudWatch, metrics"] == pytest.approx(0.60)
    assert usd["CloudWatch, alarms"] == pytest.approx(1.00)
    assert usd["SQS, empty polls"] == pytest.approx(5 * 3 * 60 * 730 * 0.4e-6)
    assert usd["DynamoDB"] == pytest.approx(730 * (1000 * 0.125e-6 + 100 * 0.625e-6))
    assert bill(usage, replace(STANDS, traced=False, keys=0))["X-Ray"] == 0
    assert bill(NOTHING, replace(STANDS, keys=0))["KMS key"] == 0


def test_every_price_names_its_page() -> None:
    assert HOURS == 730
    assert all(each.page.startswith("https://aws.amazon.com/") and each.usd > 0 for each in PRICES.values())


class Table:
    def handle(self, _operation: str, _params: object) -> dict[str, object]:
        return {"Items": ["x" * 5000]}


def test_request_units_go_by_the_bytes_and_double_in_a_transaction() -> None:
    meter = Meter(Table())
    meter.handle("Query", {})
    meter.handle("Query", {"ConsistentRead": True})
    meter.handle("PutItem", {"Item": "x" * 1500})
    meter.handle("TransactWriteItems", {"TransactItems": [{}, {}]})

    assert (meter.reads, meter.writes) == (1 + 2, 2 + 4)


def test_a_metric_is_one_of_its_own_by_name_and_dimensions() -> None:
    def line(name: str, stack: str) -> dict[str, object]:
        return {
            "_aws": {"CloudWatchMetrics": [{"Dimensions": [["stack"]], "Metrics": [{"Name": name}]}]},
            "stack": stack,
        }

    assert len(series([line("a", "x"), line("a", "x"), line("a", "y"), line("b", "x")])) == 3


def test_a_month_above_the_target_misses_up_to_a_thousand_instances() -> None:
    dear = bills(NOTHING, NOTHING, NOTHING, replace(NOTHING, seconds=10_000))

    assert not show_months(1000, dear)
    assert show_months(5000, dear)


def test_a_key_custom_metrics_and_a_secret_are_in_the_last_column_only() -> None:
    usage = replace(NOTHING, series=3, secrets=10, publications=10)
    found = bills(usage, usage, usage, usage)

    for line in ("CloudWatch, metrics", "KMS key", "Slack's secret"):
        assert {column for column, month in found.items() if month[line] > 0} == {DEAR}


def test_what_functions_log_is_counted_while_a_run_is_metered_and_not_after() -> None:
    with Stage(scenario(Size(1, 1, 1), 3), 1) as stage:
        with metered(stage) as meter:
            stage.play(2)
        counted = meter.log_bytes
        stage.play()

    assert 0 < counted == meter.log_bytes


def test_a_tiny_fleet_is_played_and_its_drains_cost_more_than_none() -> None:
    idle, busy = play(3, {})

    assert 0 < idle.invocations < busy.invocations < 1000
    assert busy.writes > idle.writes
    assert busy.series <= 6
