"""How soon is a queue read? "When using a batch window and your queue contains very low traffic, Lambda might wait for up to
20 seconds before invoking your function. This is true even if you set a batch window lower than 20 seconds."
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from ballast.shell.channels import MOST_DELAY
from simulator.delivery.cloudformation import load
from simulator.delivery.template import SourceSpec, Stack
from simulator.stage import MANAGED, Scenario, Stage
from tests.builders import ROOT
from tests.template.test_template import WITH_BUTTONS

STACK = Stack.load(ROOT / "template.yaml", WITH_BUTTONS, stack="ballast", account="123456789012", region="us-east-1")
SOURCES = {source.queue: source for function in STACK.functions for source in function.sources}
# A step of a rollout takes minutes, and a halt that waits stops what the sweep of the next minute would begin. Each run
# reads whole fleets, so the answers of a wave are better read together.
MAY_WAIT_S = {"UpdateEvents": 5, "RebalanceEvents": 20}
MOST = {"DrainSweeps": 1}  # a sweep of a cluster has a run of its own


def test_every_queue_of_the_stack_is_known_here() -> None:
    assert sorted(SOURCES) == [
        *("Clicks", "DrainEvents", "DrainSweeps", "Notices", "Pages"),
        *("RebalanceEvents", "ReleaseChecks", "UpdateEvents"),
    ]


@pytest.mark.parametrize("source", [s for q, s in SOURCES.items() if q not in MAY_WAIT_S], ids=lambda s: s.queue)
def test_a_spot_warning_and_a_page_wait_for_no_company(source: SourceSpec) -> None:
    """More than ten without a window is refused: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html."""
    assert (source.window_s, source.batch_size) == (0, MOST.get(source.queue, 10))


@pytest.mark.parametrize("name", sorted(MAY_WAIT_S))
def test_what_may_wait_does_so_for_seconds(name: str) -> None:
    assert SOURCES[name].window_s == MAY_WAIT_S[name]


def test_a_queue_that_is_not_read_in_time_rings() -> None:
    """Two minutes are a Spot warning. Where it is not as urgent, a sweep that comes late tells: tests/template/test_alarms.py."""
    resources = load(ROOT / "template.yaml")["Resources"]
    alarms = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::CloudWatch::Alarm"]
    ages = {
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]: alarm["Threshold"]
        for alarm in alarms
        if alarm.get("MetricName") == "ApproximateAgeOfOldestMessage"
    }

    assert ages == {"DrainEvents": 120, "Pages": 120}


def test_no_wake_up_waits_as_long_as_a_page_that_rings() -> None:
    """Nobody says whether the age of a message counts while it is delayed."""
    assert timedelta(seconds=120) > MOST_DELAY


@pytest.mark.parametrize("seed", range(5))
def test_a_spot_warning_out_of_the_blue_is_acted_on_and_a_page_goes_out_within_seconds(seed: int) -> None:
    """The only event in a quiet account; cold starts are in it, the 20 s of a window would not fit."""

    def build(stage: Stage) -> None:
        stage.world.add_cluster("prod", MANAGED)
        stage.world.add_group("spot", "prod", desired=3, spot=True, capacity_provider="spot")
        stage.world.add_service("prod", "api", desired=3)
        stage.at(7.5, partial(stage.world.warn_spot, stage.instances("spot")[0]))

    with Stage(Scenario("quiet", "One warning", 9, build, realistic_polling=True), seed) as stage:
        stage.play()
        warned_s = 7.5 * 60
        drained = [call.at_s for call in stage.deployment.calls if call.operation == "UpdateContainerInstancesState"]
        told = [m.looks[0].at_s for m in stage.deployment.slack.messages if m.looks[0].at_s > warned_s]

    assert min(drained) - warned_s < 5
    assert min(told) - warned_s < 10
