"""Custom metrics are the only cost that could grow: every name and every set of dimension values is billed each month.

0.30 USD each: https://aws.amazon.com/cloudwatch/pricing/
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any

from ballast.records.disruption import Reason
from simulator.scenarios import scenarios
from simulator.stage import Stage
from tests.scenarios import test_updates

MOST_SERIES_OF_A_CLUSTER = 12


def series(metrics: list[dict[str, Any]]) -> dict[str, set[tuple[str, tuple[tuple[str, str], ...]]]]:
    """What CloudWatch bills as a custom metric each, name and dimensions with their values, by cluster ("" for none).

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    found = defaultdict(set)
    for line in metrics:
        for directive in line["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                dimensions = tuple(sorted((name, line[name]) for name in names))
                for metric in directive["Metrics"]:
                    found[line.get("cluster", "")].add((metric["Name"], dimensions))
    return found


def everything_happens(stage: Stage) -> None:
    """Every reason for which an instance can go, in one cluster, while a release is rolled out; and a drain that hangs."""
    world = stage.world
    world.add_group("old", "prod", desired=12, spot=True, capacity_provider="old")
    world.add_service("prod", "web", desired=24, cpu=256, memory_mib=512)
    world.add_group("roots", "prod", desired=2, capacity_provider="roots")
    one, two, three, four, five, six, *_ = stage.instances("old")
    held = world.run_task("prod", "export", on=four)
    stage.at(3, partial(world.warn_spot, one))
    stage.at(6, partial(world.recommend_rebalance, two))
    stage.at(9, lambda: world.schedule_retirement([three], world.moment(3600)))
    stage.at(12, partial(world.scale_in, "old", four))
    stage.at(15, partial(world.terminate_instance, five))
    stage.at(18, partial(world.warn_capacity_reservation, six))
    stage.at(21, partial(world.replace_root_volumes, "roots"))
    stage.at(40, partial(world.stop_task, held.arn))


def test_a_cluster_has_at_most_twelve_series_whatever_happens_in_it() -> None:
    parameters = {
        "RebalanceRecommendation": "drain",
        "ScaleInDeadlineMinutes": "10",
        "VoluntaryDeadlineMinutes": "5",
        "DisruptionBudget": "4",
    }
    scenario = test_updates.fleet(everything_happens, minutes=75, parameters=parameters)
    with Stage(scenario, 1) as stage:
        stage.play()
        found = series(stage.deployment.metrics)
        reasons = {line["reason"] for line in stage.deployment.metrics if "reason" in line}

    assert reasons == set(Reason) - {Reason.REBALANCING}  # a move; the reason is beside its metrics as well
    assert found.keys() == {"prod", ""}
    assert len(found["prod"]) <= MOST_SERIES_OF_A_CLUSTER
    assert {name for name, _ in found["prod"]} == {"DrainsStarted", "DrainsFinished", "DrainsTimedOut", "TasksMoved"}
    assert {name for name, _ in found[""]} == {"Notices"}


def test_no_dimension_but_the_cluster_and_the_function_grows_with_a_cluster() -> None:
    """What may have many values is told beside the metric, where a query of the logs finds it and nobody is billed."""
    with Stage(scenarios()["tour"], 1) as stage:
        stage.play()
        dimensions = {name for group in series(stage.deployment.metrics).values() for _, d in group for name, _ in d}

    assert dimensions == {"cluster", "service", "severity"}
