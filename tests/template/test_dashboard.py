"""The dashboard of the stack: a body that CloudWatch takes, and nothing in it that nobody emits.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ballast.words.codes import Code
from ballast.words.notice import Severity
from simulator.delivery.cloudformation import Resolver, load
from simulator.delivery.deployment import ACCOUNT, REGION
from simulator.delivery.names import Names
from simulator.delivery.parameters import parameter_values, pseudo_parameters
from simulator.stage import MANAGED, Scenario, Stage
from tests.builders import ROOT
from tests.notification_builders import a_notice
from tests.template.test_runbook import sections

TEMPLATE = load(ROOT / "template.yaml")
FREE_METRICS = 50  # "3 Dashboards for up to 50 metrics per month": https://aws.amazon.com/cloudwatch/pricing/
WIDE = 24
DOCUMENTED = {
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    ("AWS/Lambda", "FunctionName"): {"Errors", "Throttles", "Duration"},
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    ("AWS/SQS", "QueueName"): {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"},
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    ("AWS/DynamoDB", "TableName"): {
        "ConsumedReadCapacityUnits",
        "ConsumedWriteCapacityUnits",
        "ReadThrottleEvents",
        "WriteThrottleEvents",
    },
    # https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
    ("AWS/SNS", "TopicName"): {
        "NumberOfMessagesPublished",
        "NumberOfNotificationsDelivered",
        "NumberOfNotificationsFailed",
    },
}
KINDS = {
    "AWS/Lambda": "AWS::Serverless::Function",
    "AWS/SQS": "AWS::SQS::Queue",
    "AWS/DynamoDB": "AWS::DynamoDB::Table",
    "AWS/SNS": "AWS::SNS::Topic",
}
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
COMMANDS = {"SOURCE", "filter", "stats", "sort", "limit", "display"}
WORDS = COMMANDS | {"sum", "count", "bin", "by", "as", "and", "in", "desc", "1d"}
SYSTEM_FIELDS = {"@timestamp"}


def resolver(**given: str) -> tuple[Resolver, Names]:
    names = Names("ballast", ACCOUNT, REGION, TEMPLATE["Resources"])
    values = parameter_values(TEMPLATE["Parameters"], given) | pseudo_parameters("ballast", ACCOUNT, REGION)
    return Resolver(TEMPLATE, values, names.ref, names.attribute), names


def widgets(kind: str, **given: str) -> list[Mapping[str, Any]]:
    body = resolver(**given)[0].resolve(TEMPLATE["Resources"]["BallastDashboard"]["Properties"]["DashboardBody"])
    return [each for each in json.loads(body)["widgets"] if each["type"] == kind]


def metrics() -> list[list[Any]]:
    return [metric for widget in widgets("metric") for metric in widget["properties"]["metrics"]]


def queries() -> list[tuple[str, str]]:
    """The log group, and what is asked of it."""
    found = [re.fullmatch(r"SOURCE '([^']+)' \| (.+)", w["properties"]["query"]) for w in widgets("log")]
    return [(each[1], each[2]) for each in found if each]


def fields_of(query: str) -> set[str]:
    named = set(re.findall(r"\bas (\w+)", query))
    without_texts = re.sub(r"'[^']*'", "", query)
    words = set(re.findall(r"@?[A-Za-z][\w.]*|\d+[a-z]", without_texts))
    return words - WORDS - named


def known(path: str, line: Mapping[str, Any]) -> bool:
    at: Any = line
    for part in path.split("."):
        at = at[int(part)] if isinstance(at, list) else at.get(part)
        if at is None:
            return False
    return True


@pytest.mark.parametrize("url", ["https://example.com/a?b=c&d='e'", "https://wiki.example.com/ü"])
def test_the_body_is_json_whatever_the_parameters_are(url: str) -> None:
    assert url in widgets("text", RunbookUrl=url)[0]["properties"]["markdown"]


def test_no_widget_covers_another_and_each_is_on_the_grid() -> None:
    everything = [w for kind in ("text", "alarm", "log", "metric") for w in widgets(kind)]
    cells = [
        (x, y)
        for w in everything
        for x in range(w["x"], w["x"] + w["width"])
        for y in range(w["y"], w["y"] + w["height"])
    ]

    assert len(cells) == len(set(cells))
    assert len(cells) == WIDE * max(w["y"] + w["height"] for w in everything)
    assert max(x for x, _ in cells) == WIDE - 1


def test_each_metric_is_one_that_aws_documents_of_a_resource_of_the_stack() -> None:
    _, names = resolver()
    for space, metric, dimension, resource, *_ in metrics():
        assert metric in DOCUMENTED[space, dimension]
        logical = names.logical(resource, KINDS[space])
        assert TEMPLATE["Resources"][logical]["Type"] == KINDS[space]


def test_it_stays_within_what_is_free_and_shows_every_function_queue_and_table() -> None:
    shown = {metric[3] for metric in metrics()}
    always = {n: each for n, each in TEMPLATE["Resources"].items() if each.get("Condition") != "HasButtons"}
    there = {n for n, each in always.items() if each["Type"] in KINDS.values()}

    assert len(metrics()) <= FREE_METRICS
    assert {f"ballast-{name}" for name in there} == shown


def test_it_shows_every_alarm() -> None:
    _, names = resolver()
    [alarms] = widgets("alarm")
    there = [n for n, each in TEMPLATE["Resources"].items() if each["Type"] == "AWS::CloudWatch::Alarm"]

    assert sorted(alarms["properties"]["alarms"]) == sorted(names.arn(name) for name in there)


def test_its_links_lead_to_sections_of_the_runbook() -> None:
    [text] = widgets("text")
    anchors = re.findall(r"#([a-z-]+)\)", text["properties"]["markdown"])

    assert anchors
    assert set(anchors) <= sections().keys()


def test_a_query_names_codes_and_severities_that_there_are() -> None:
    told = {word for _, query in queries() for word in re.findall(r"'([^']+)'", query)}

    assert told - {"told"} <= {*Code, *Severity}


def test_each_query_asks_a_log_group_of_the_stack_for_fields_that_are_logged_there() -> None:
    """The lines are those of a played stack; a notice has the fields of docs/events.md."""

    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("spot", "prod", desired=3, spot=True, capacity_provider="spot")
        stage.world.add_service("prod", "api", desired=3)

    scenario = Scenario("logs", "A drain, and a report", 40, build, {"Rebalance": "report", "Metrics": "cloudwatch"})
    with Stage(scenario, 1) as stage:
        stage.at(10, lambda: stage.world.warn_spot(stage.instances("spot")[0]))
        stage.play()
        measured = {name for line in stage.deployment.metrics for name in line if isinstance(line[name], list)}
    notice = replace(a_notice(title="i-1 is gone"), figures={"savedMicroUsdPerHour": 1}).to_detail()
    late = {"DrainsTimedOut"}  # tests/ballast/shell/test_perform_metrics.py
    line = {"message": "told", "notice": notice, **{name: [1.0] for name in measured | late}}

    assert len(queries()) == len(widgets("log"))
    for group, query in queries():
        assert TEMPLATE["Resources"][group.removeprefix("ballast-")]["Type"] == "AWS::Logs::LogGroup"
        assert [f for f in fields_of(query) - SYSTEM_FIELDS if not known(f, line)] == []


def test_without_it_nothing_of_it_is_left() -> None:
    off, _ = resolver(Dashboard="off")

    assert not off.holds(TEMPLATE["Resources"]["BallastDashboard"]["Condition"])
    assert TEMPLATE["Outputs"]["DashboardUrl"]["Condition"] == TEMPLATE["Resources"]["BallastDashboard"]["Condition"]
