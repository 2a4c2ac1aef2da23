"""How does an Auto Scaling group launch in one zone, and say at once what it does not get?

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchInstances.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ballast.aws.group_sizes import capacity_of_group, expect, set_desired
from ballast.aws.session import client
from ballast.value import dataclass

if TYPE_CHECKING:
    from mypy_boto3_autoscaling.type_defs import LaunchInstancesErrorTypeDef

MARKETS = {"spot": "spot", "ondemand": "on-demand", "on-demand": "on-demand"}  # however it is spelled


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a launch brought less than was asked for, as Auto Scaling says it; None or "" is what it does not say."""

    code: str
    message: str = ""
    instance_type: str | None = None
    zone: str | None = None
    market: str | None = None


def launch(group: str, desired: int, add: int, zone: str, token: str) -> tuple[int, tuple[Refusal, ...]]:
    """How many were launched, and what was refused.

    Whether the call raises the desired capacity is not documented, so it is seen to: a group that has more than it wants
    would end one of its own choice.
    """
    expect(group, desired)
    answer = client("autoscaling").launch_instances(
        AutoScalingGroupName=group,
        RequestedCapacity=add,
        ClientToken=token,
        AvailabilityZones=[zone],
        RetryStrategy="none",
    )
    launched = sum(len(each.get("InstanceIds", [])) for each in answer.get("Instances", []))
    if launched and capacity_of_group(group).desired < desired + launched:
        set_desired(group, desired + launched)
    return launched, tuple(_refusals(answer.get("Errors", [])))


def _refusals(errors: Iterable[LaunchInstancesErrorTypeDef]) -> Iterable[Refusal]:
    for each in errors:
        yield Refusal(
            each.get("ErrorCode", ""),
            each.get("ErrorMessage", ""),
            each.get("InstanceType"),
            each.get("AvailabilityZone"),
            MARKETS.get(each.get("MarketType", "").lower()),
        )
