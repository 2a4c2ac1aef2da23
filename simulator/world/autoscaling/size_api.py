"""What changes a group's size: SetDesiredCapacity, and terminations that people or programs ask for."""

from __future__ import annotations

from simulator.world.autoscaling.api import require_own
from simulator.world.autoscaling.causes import activity_id, at
from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.core.core import Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.parts import Parts

COOLDOWN_S = 300.0
MOST_INSTANCES = 100


def set_desired_capacity(world: Parts, params: Params, actor: str) -> Output:
    """Within the group's limits; below what lives the group chooses whom to terminate.

    ScalingActivityInProgress: with HonorCooldown, less than the cooldown after the last change.
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
    """
    group = require_own(world, params["AutoScalingGroupName"])
    wanted = params["DesiredCapacity"]
    limit = ("above max", group.maximum) if wanted > group.maximum else ("below min", group.minimum)
    if not group.minimum <= wanted <= group.maximum:
        message = f"New SetDesiredCapacity value {wanted} is {limit[0]} value {limit[1]} for the AutoScalingGroup."
        raise AwsError("ValidationError", message)
    if params.get("HonorCooldown") and world.clock.now_s < group.resized_at_s + COOLDOWN_S:
        message = f"Scaling activity is in progress for {group.name}; the cooldown has not passed."
        raise AwsError("ScalingActivityInProgress", message)
    world.note("desired_set", group=group.name, old=group.desired, new=wanted, living=len(group.staying), actor=actor)
    group.extra = 0
    world.groups.set_desired(group, wanted)
    return {}


def terminate_instances(world: Parts, params: Params, actor: str) -> Output:
    """Protection from scale-in does not stop this; the hooks do run. All or nothing; warm instances are refused.

    Many at once are named by InstanceIds, with their group.
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
    """
    members = [_member(world, instance_id) for instance_id in _named(params)]
    group = members[0].group
    if any(member.group is not group for member in members) or params.get("AutoScalingGroupName") not in (
        None,
        group.name,
    ):
        raise AwsError("ValidationError", f"The instances are not part of Auto Scaling group {group.name}.")
    decrement = params["ShouldDecrementDesiredCapacity"]
    staying = [member for member in members if not member.leaving]
    if decrement and group.desired - max(1, len(staying)) < group.minimum:
        raise AwsError(
            "ValidationError",
            f"Currently, desiredSize equals minSize ({group.minimum}). Terminating instance without replacement will "
            "violate group's min size constraint.",
        )
    for member in staying:
        _take_out(world, group, member, actor, decrement=decrement)
    world.groups.reconcile(group)
    for member in members:
        member.leaves_as = member.leaves_as or world.uuid()
    activities = [_activity(world, member) for member in members]
    return {"Activity": activities[0], **({"Activities": activities} if "InstanceIds" in params else {})}


def _take_out(world: Parts, group: Group, member: Member, actor: str, *, decrement: bool) -> None:
    live = len(group.staying)
    shrinking = f", shrinking the capacity from {live} to {live - 1}" if decrement else ""
    member.why_leaving = (
        f"{at(world)}instance {member.instance.id} was taken out of service in response to a user request{shrinking}."
    )
    group.desired -= decrement
    world.groups.terminate(member, actor)


def _named(params: Params) -> list[str]:
    ids: list[str] = params["InstanceIds"] if "InstanceIds" in params else [params["InstanceId"]]
    if "InstanceIds" in params and "AutoScalingGroupName" not in params:
        raise AwsError("ValidationError", "AutoScalingGroupName is required when InstanceIds is specified.")
    if not 1 <= len(ids) <= MOST_INSTANCES:
        raise AwsError("ValidationError", f"Between 1 and {MOST_INSTANCES} instance IDs must be specified.")
    return ids


def _member(world: Parts, instance_id: str) -> Member:
    member = world.groups.member(instance_id)
    if member is None:
        message = f"Instance Id not found - No managed instance found for instance ID: {instance_id}"
        raise AwsError("ValidationError", message)
    if member.warm:
        raise AwsError("ValidationError", f"The instance {instance_id} is in the warm pool.")
    return member


def _activity(world: Parts, member: Member) -> Output:
    return {
        "ActivityId": activity_id(member, "Terminate"),
        "AutoScalingGroupName": member.group.name,
        "Description": f"Terminating EC2 instance: {member.instance.id}",
        "Cause": member.why_leaving,
        "StartTime": world.moment(member.changed_at_s),
        "StatusCode": "InProgress",
        "Progress": 0,
        "Details": "{}",
    }


OPERATIONS = {
    "SetDesiredCapacity": set_desired_capacity,
    "TerminateInstanceInAutoScalingGroup": terminate_instances,
}
