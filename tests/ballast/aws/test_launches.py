"""What a launch in one zone brought, and what was refused, is told as Auto Scaling tells it."""

from __future__ import annotations

from typing import Any

import pytest

from ballast.aws import launches
from ballast.aws.launches import Refusal
from tests.aws_stubs import Stubs
from tests.ballast.aws.test_group_sizes import group_wants, is_set


def launch_answers(aws: Stubs, launched: int, **error: Any) -> None:
    asked = {
        "AutoScalingGroupName": "web", "RequestedCapacity": 2, "ClientToken": "a-token", "AvailabilityZones": ["a"],
        "RetryStrategy": "none",
    }  # fmt: skip
    came = [{"InstanceType": "m7i.large", "InstanceIds": [f"i-{n}" for n in range(launched)]}] if launched else []
    answer = {"AutoScalingGroupName": "web", "Instances": came, "Errors": [error] if error else []}
    aws.answers("autoscaling", "launch_instances", asked, answer)


@pytest.mark.parametrize("raised", [True, False], ids=["the call raises what it wants", "it does not"])
def test_what_was_launched_is_wanted_whatever_the_call_does(aws: Stubs, *, raised: bool) -> None:
    group_wants(aws, 3)
    launch_answers(aws, 2)
    group_wants(aws, 5 if raised else 3)
    if not raised:
        is_set(aws, 5)

    assert launches.launch("web", 3, 2, "a", "a-token") == (2, ())


def test_what_was_refused_is_told_with_its_type_zone_and_market(aws: Stubs) -> None:
    group_wants(aws, 3)
    code = "InsufficientInstanceCapacity"
    launch_answers(
        aws, 0, InstanceType="m7i.large", MarketType="OnDemand", AvailabilityZone="a", ErrorCode=code, ErrorMessage="no"
    )

    assert launches.launch("web", 3, 2, "a", "a-token") == (0, (Refusal(code, "no", "m7i.large", "a", "on-demand"),))
