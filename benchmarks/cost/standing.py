"""What costs whether anything happens or not? Read from the template: alarms, a dashboard, pollers, a key, a secret, traces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.delivery.cloudformation import Resolver, load
from simulator.delivery.deployment import ACCOUNT, REGION
from simulator.delivery.names import Names
from simulator.delivery.parameters import parameter_values, pseudo_parameters

# "Lambda starts processing five batches at a time […] and can optimize to as few as 2 concurrent invokes to reduce the Amazon
# SQS calls and corresponding costs. However, this optimization is not available when you enable the maximum concurrency
# setting." https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
POLLERS, FEWEST_POLLERS = 5, 2
POLLS_A_MINUTE = 3  # of a poller: one long poll takes at most 20 s


@dataclass(frozen=True, slots=True)
class Standing:
    alarm_metrics: int
    pollers: int
    keys: int
    traced: bool
    memory_gb: float
    dashboards: int = 0
    secrets: int = 1  # a parameter of Parameter Store is no secret, and costs nothing


def standing(path: Path, parameters: Mapping[str, str]) -> Standing:
    template = load(path)
    names = Names("ballast", ACCOUNT, REGION, template["Resources"])
    values = parameter_values(template["Parameters"], parameters)
    known = values | pseudo_parameters("ballast", ACCOUNT, REGION)
    resolver = Resolver(template, known, names.ref, names.attribute)
    there = [
        (each["Type"], each.get("Properties", {}))
        for each in template["Resources"].values()
        if "Condition" not in each or resolver.holds(each["Condition"])
    ]
    common = resolver.resolve(template["Globals"]["Function"])
    return Standing(
        alarm_metrics=sum(_metrics(p) for kind, p in there if kind == "AWS::CloudWatch::Alarm"),
        pollers=sum(_pollers(source) for _, p in there for source in _sources(p)),
        dashboards=sum(kind == "AWS::CloudWatch::Dashboard" for kind, _ in there),
        keys=sum(kind == "AWS::KMS::Key" for kind, _ in there),
        traced=common.get("Tracing") == "Active",
        memory_gb=common["MemorySize"] / 1024,
        secrets=":secretsmanager:" in values["SlackSecretArn"],
    )


def _metrics(alarm: Mapping[str, Any]) -> int:
    """An alarm of an expression is charged for each metric in it."""
    return sum("MetricStat" in each for each in alarm["Metrics"]) if "Metrics" in alarm else 1


def _sources(properties: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    events = properties.get("Events", {})
    return [each["Properties"] for each in events.values() if each["Type"] == "SQS"]


def _pollers(source: Mapping[str, Any]) -> int:
    return POLLERS if "ScalingConfig" in source else FEWEST_POLLERS
