"""How many instances does an Auto Scaling group want? Each call looks first whether it is still as it was planned for.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
"""

from __future__ import annotations

from ballast.aws import autoscaling
from ballast.aws.session import client
from ballast.errors import CallFailedError, LostRaceError
from ballast.facts.capacity import GroupCapacity


def raise_desired(group: str, desired: int, add: int) -> None:
    """Raises LostRaceError where the group wants another number by now."""
    expect(group, desired)
    set_desired(group, desired + add)


def lower_desired(group: str, desired: int) -> None:
    """Nothing where it wants no more than that; raises LostRaceError where it has more by now."""
    now = capacity_of_group(group)
    if now.desired <= desired:
        return
    if len(now.in_service) + len(now.starting) > desired:
        raise LostRaceError(f"Auto Scaling group {group} has more than {desired} by now")
    set_desired(group, desired)


def terminate_and_lower(group: str, instance_id: str, desired: int, *, goes_anyway: bool = False) -> None:
    """Nothing where the group has it no more; raises LostRaceError where the group wants another number than `desired` + 1.

    One that `goes_anyway` is replaced there, and where the group may not want less.
    """
    now = capacity_of_group(group)
    if instance_id not in now.members or instance_id in now.leaving:
        return
    if now.desired != desired + 1:
        if not goes_anyway:
            raise LostRaceError(f"Auto Scaling group {group} wants {now.desired} by now, not {desired + 1}")
        _terminate(instance_id, lower=False)
        return
    try:
        _terminate(instance_id, lower=True)
    except CallFailedError as error:
        if instance_id not in capacity_of_group(group).in_service:
            raise LostRaceError(f"{instance_id} leaves Auto Scaling group {group} already") from error
        if not goes_anyway:
            raise
        _terminate(instance_id, lower=False)


def _terminate(instance_id: str, *, lower: bool) -> None:
    client("autoscaling").terminate_instance_in_auto_scaling_group(
        InstanceId=instance_id, ShouldDecrementDesiredCapacity=lower
    )


def set_desired(group: str, desired: int) -> None:
    client("autoscaling").set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=desired, HonorCooldown=False)


def expect(group: str, desired: int) -> None:
    if (now := capacity_of_group(group).desired) != desired:
        raise LostRaceError(f"Auto Scaling group {group} wants {now} by now, not {desired}")


def capacity_of_group(group: str) -> GroupCapacity:
    for found in autoscaling.capacity_of(autoscaling.groups([group])):
        return found
    raise LostRaceError(f"there is no Auto Scaling group {group} any more")
