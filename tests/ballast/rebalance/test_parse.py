"""Each event that the rules let through becomes a value, and each that they do not is refused in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.errors import UnexpectedEventError
from ballast.rebalance.events import Drained, Look, Minute, NotLaunched
from ballast.rebalance.parse import parse
from ballast.rebalance.shortages import remember
from tests.builders import load_event


def test_who_waits_for_a_place_and_who_has_what_it_needs_say_which_cluster() -> None:
    for name in ("service_task_placement_failure_ec2", "capacity_provider_steady_state"):
        seen = parse(load_event(f"ecs_service_action_{name}"))
        assert isinstance(seen, Look)
        assert (seen.cluster, seen.group) == ("default", None)


def test_a_launch_says_of_which_group() -> None:
    launched = parse(load_event("asg_instance_launch_successful"))

    assert isinstance(launched, Look)
    assert (launched.cluster, launched.group) == (None, "my-auto-scaling-group")


def test_a_launch_that_failed_says_where_and_why() -> None:
    event = load_event("asg_instance_launch_unsuccessful")
    event["detail"]["StatusMessage"] = "We currently do not have sufficient m7i.large capacity in the Availability Zone"

    failed = parse(event)

    assert isinstance(failed, NotLaunched)
    assert (failed.failure.group, failed.failure.zone) == ("my-auto-scaling-group", "us-west-2b")
    [aside] = remember([failed.failure], (), "prod")
    assert aside.shortage.code == "InsufficientInstanceCapacity"


@pytest.mark.parametrize("field", ["StatusMessage", "Details"])
def test_what_a_failed_launch_leaves_out_is_not_known(field: str) -> None:
    event = load_event("asg_instance_launch_unsuccessful")
    del event["detail"][field]

    assert isinstance(parse(event), NotLaunched)


def test_a_drain_that_ended_and_the_minute_are_heard() -> None:
    assert isinstance(parse(load_event("ballast_instance_drained")), Drained)
    assert isinstance(parse(load_event("scheduled_sweep")), Minute)


@pytest.mark.parametrize(
    ("name", "detail", "words"),
    [
        ("ecs_service_action_service_steady_state", {}, "eventName is SERVICE_STEADY_STATE; expected one of"),
        ("asg_instance_launch_successful", {"AutoScalingGroupName": 7}, "AutoScalingGroupName is 7 but must be text"),
        ("asg_instance_launch_unsuccessful", {"StatusMessage": 7}, "StatusMessage is 7 but must be text"),
        ("ballast_instance_drained", {"cluster": ""}, "cluster is '' but must be text that can be printed"),
        ("ballast_update_command", {}, "No function handles"),
    ],
)
def test_what_is_not_as_it_should_be_is_refused_in_a_sentence(name: str, detail: dict[str, Any], words: str) -> None:
    event = load_event(name)
    event["detail"] |= detail

    with pytest.raises(UnexpectedEventError, match=words):
        parse(event)
