"""Custom metrics are the only cost that could grow: every name and every set of dimension values is billed each month.

0.30 USD each: https://aws.amazon.com/cloudwatch/pricing/
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ballast.records.disruption import Reason
from benchmarks.cost.report import MOST_SERIES
from benchmarks.cost.usage import series
from simulator.scenarios import scenarios
from simulator.stage import Stage
from tests.scenarios import test_updates


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


def test_a_stack_has_six_series_whatever_happens_in_it() -> None:
    parameters = {
        "Metrics": "cloudwatch",
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

    assert reasons == set(Reason) - {
        Reason.REBALANCING,
        Reason.REPAIR,
        Reason.DRILL,
    }  # theirs is beside their metrics as well
    assert {name for name, _ in found} | {"SweepsFailed"} == {
        *("DrainsStarted", "DrainsFinished", "DrainsTimedOut", "TasksMoved", "Notices", "SweepsFailed")
    }
    assert len(found) < MOST_SERIES


def test_no_dimension_grows_with_clusters_functions_or_reasons() -> None:
    """What may have many values is told beside the metric, where a query of the logs finds it and nobody is billed."""
    tour = scenarios()["tour"]
    with Stage(replace(tour, parameters={**tour.parameters, "Metrics": "cloudwatch"}), 1) as stage:
        stage.play()
        dimensions = {each for _, each in series(stage.deployment.metrics)}

    assert dimensions == {(("stack", "ballast"),)}


def test_a_stack_of_its_own_has_no_custom_metric_unless_somebody_wants_them() -> None:
    with Stage(scenarios()["tour"], 1) as stage:
        stage.play()

        assert stage.deployment.metrics == []
