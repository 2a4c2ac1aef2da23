"""CloudWatch answers about the alarms that a scenario has set, and about the metric of capacity providers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulator.world.core.core import Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.core.paging import page
from simulator.world.parts import Parts

MOST_QUERIES = 500
MOST_DATAPOINTS = 100_800
RESERVATION = ("AWS/ECS/ManagedScaling", "CapacityProviderReservation")


def describe_alarms(world: Parts, params: Params, _actor: str) -> Output:
    """Unknown names are simply absent: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html."""
    return {
        "MetricAlarms": [
            {"AlarmName": name, "StateValue": world.alarms[name], "StateReason": "Threshold Crossed"}
            for name in params.get("AlarmNames", [])
            if name in world.alarms
        ],
        "CompositeAlarms": [],
    }


def get_metric_data(world: Parts, params: Params, _actor: str) -> Output:
    """Each query has its result; a metric that nobody publishes has no values. From StartTime to before EndTime.

    The newest value comes first unless ScanBy says otherwise. Every statistic of the one value of a minute is that value.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
    """
    queries = params["MetricDataQueries"]
    if len(queries) > MOST_QUERIES:
        raise AwsError(
            "ValidationError", f"The collection MetricDataQueries must not have a size greater than {MOST_QUERIES}."
        )
    since, until = (_seconds(world, params[key]) for key in ("StartTime", "EndTime"))
    if since >= until:
        raise AwsError("ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
    size = min(params.get("MaxDatapoints") or MOST_DATAPOINTS, MOST_DATAPOINTS)
    shown, token = page(queries, params.get("NextToken"), size, error="InvalidNextToken")
    results = [_result(world, query, since, until, params.get("ScanBy")) for query in shown]
    return {"MetricDataResults": results, "Messages": [], **({"NextToken": token} if token else {})}


def _result(world: Parts, query: Params, since_s: float, until_s: float, scan_by: str | None) -> Output:
    metric = query["MetricStat"]["Metric"]
    dimensions = {each["Name"]: each["Value"] for each in metric.get("Dimensions", ())}
    found: dict[float, float] = {}
    if (metric["Namespace"], metric["MetricName"]) == RESERVATION and set(dimensions) == {
        "ClusterName",
        "CapacityProviderName",
    }:
        cluster = world.clusters.get(dimensions["ClusterName"])
        provider = cluster.providers.get(dimensions["CapacityProviderName"]) if cluster else None
        period_s = query["MetricStat"]["Period"]
        for at_s, value in provider.reservations if provider else ():
            if since_s <= at_s < until_s and world.clock.now_s - at_s >= world.metrics_lag_s:
                found[at_s // period_s * period_s] = value  # the last of a period stands for it
    points = sorted(found.items(), reverse=scan_by != "TimestampAscending")
    return {
        "Id": query["Id"],
        "Label": query.get("Label", metric["MetricName"]),
        "Timestamps": [world.moment(at_s) for at_s, _ in points],
        "Values": [value for _, value in points],
        "StatusCode": "Complete",
    }


def _seconds(world: Parts, moment: Any) -> float:
    return world.clock.seconds(moment if isinstance(moment, datetime) else datetime.fromisoformat(moment))


OPERATIONS = {"DescribeAlarms": describe_alarms, "GetMetricData": get_metric_data}
