"""How does an Auto Scaling group get more, or one less? Each call looks first whether the group is still as it was planned for.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchInstances.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ballast.aws import autoscaling
from ballast.aws.session import client
from ballast.errors import CallFailedError, LostRaceError
from ballast.facts.capacity import GroupCapacity
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


def raise_desired(group: str, desired: int, add: int) -> None:
    """Raises LostRaceError where the group wants another number by now."""
    _expect(group, desired)
    _set_desired(group, desired + add)


def launch(group: str, desired: int, add: int, zone: str, token: str) -> tuple[int, tuple[Refusal, ...]]:
    """How many were launched, and what was refused.

    Whether the call raises the desired capacity is not documented, so it is seen to: a group that has more than it wants
    would end one of its own choice.
    """
    _expect(group, desired)
    answer = client("autoscaling").launch_instances(
        AutoScalingGroupName=group,
        RequestedCapacity=add,
        ClientToken=token,
        AvailabilityZones=[zone],
        RetryStrategy="none",
    )
    launched = sum(len(each.get("InstanceIds", [])) for each in answer.get("Instances", []))
    if launched and _capacity(group).desired < desired + launched:
        _set_desired(group, desired + launched)
    return launched, tuple(_refusals(answer.get("Errors", [])))


def lower_desired(group: str, desired: int) -> None:
    """Nothing where it wants no more than that; raises LostRaceError where it has more by now."""
    now = _capacity(group)
    if now.desired <= desired:
        return
    if len(now.in_service) + len(now.starting) > desired:
        raise LostRaceError(f"Auto Scaling group {group} has more than {desired} by now")
    _set_desired(group, desired)


def terminate_and_lower(group: str, instance_id: str, desired: int) -> None:
    """Nothing where the group has it no more; raises LostRaceError where the group wants another number than `desired` + 1."""
    now = _capacity(group)
    if instance_id not in now.members or instance_id in now.leaving:
        return
    if now.desired != desired + 1:
        raise LostRaceError(f"Auto Scaling group {group} wants {now.desired} by now, not {desired + 1}")
    try:
        client("autoscaling").terminate_instance_in_auto_scaling_group(
            InstanceId=instance_id, ShouldDecrementDesiredCapacity=True
        )
    except CallFailedError as error:
        if instance_id in _capacity(group).in_service:
            raise
        raise LostRaceError(f"{instance_id} leaves Auto Scaling group {group} already") from error


def _set_desired(group: str, desired: int) -> None:
    client("autoscaling").set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=desired, HonorCooldown=False)


def _expect(group: str, desired: int) -> None:
    if (now := _capacity(group).desired) != desired:
        raise LostRaceError(f"Auto Scaling group {group} wants {now} by now, not {desired}")


def _capacity(group: str) -> GroupCapacity:
    for found in autoscaling.capacity_of(autoscaling.groups([group])):
        return found
    raise LostRaceError(f"there is no Auto Scaling group {group} any more")


def _refusals(errors: Iterable[LaunchInstancesErrorTypeDef]) -> Iterable[Refusal]:
    for each in errors:
        yield Refusal(
            each.get("ErrorCode", ""),
            each.get("ErrorMessage", ""),
            each.get("InstanceType"),
            each.get("AvailabilityZone"),
            MARKETS.get(each.get("MarketType", "").lower()),
        )
