"""The function as it is deployed: the template's rules, queue and variables around it, a simulated AWS behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ballast.errors import SettingsError
from ballast.shell.capacity_settings import CapacitySettings
from functions.rebalance_capacity import handler
from simulator.clock import Clock
from simulator.delivery.functions import Context
from simulator.stage import Stage
from tests.builders import load_event
from tests.scenarios.rebalanced import a_story, cluster_on, group_of, service_on

CONTEXT = Context("1", "rebalance-capacity", "arn:aws:lambda:x:1:function:rebalance-capacity", Clock(), deadline_s=50)


def build(stage: Stage) -> None:
    cluster_on(stage)
    service_on(stage, dict.fromkeys(group_of(stage, 2), 4))


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage(a_story(build, 4), 1) as played:
        played.play()
        yield played


def send(stage: Stage, *bodies: str) -> set[str]:
    """The operations that it called for them in the next seconds."""
    before = len(stage.deployment.calls)
    for body in bodies:
        stage.deployment.queues["RebalanceEvents"].send(body)
    stage.clock.run_until(stage.clock.now_s + 25)
    return {c.operation for c in stage.deployment.calls[before:] if c.function == "RebalanceCapacity"}


def an_event(name: str, **detail: Any) -> str:
    event = load_event(name)
    event["detail"] |= detail
    return json.dumps(event)


def test_a_task_without_a_place_has_its_cluster_planned_at_once(stage: Stage) -> None:
    cluster = stage.world.clusters["prod"].arn

    assert "DescribeServices" in send(
        stage, an_event("ecs_service_action_service_task_placement_failure_ec2", clusterArn=cluster)
    )


def test_what_nobody_vouches_for_or_concerns_no_cluster_of_ours_has_nothing_read(stage: Stage) -> None:
    forged = an_event("ballast_instance_drained", cluster="prod")
    of_others = an_event("asg_instance_launch_unsuccessful")

    assert "DescribeServices" not in send(stage, forged, of_others)
    assert stage.deployment.dead_letters == []


def test_what_cannot_be_read_is_set_aside_with_the_reason_and_holds_up_nothing(stage: Stage) -> None:
    send(stage, "{", an_event("scheduled_sweep"))

    [letter] = stage.deployment.dead_letters
    assert "not JSON" in str(letter.attributes)


def test_a_launch_that_failed_puts_its_pool_aside_even_if_nothing_is_planned(stage: Stage) -> None:
    message = "We currently do not have sufficient m7g.large capacity in the Availability Zone you requested"
    event = an_event("asg_instance_launch_unsuccessful", AutoScalingGroupName="web", StatusMessage=message)

    assert "PutItem" in send(stage, event)
    assert [n for n in stage.deployment.bus.events if n.event["detail"].get("code") == "PoolAside"]


def test_without_its_variables_it_says_which_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CapacitySettings.variables():
        monkeypatch.delenv(name, raising=False)
    handler.forget()

    with pytest.raises(SettingsError, match="MAY_REBALANCE is missing"):
        handler.handler({"Records": []}, CONTEXT)
    handler.forget()
