"""Auto Scaling answers about groups and instances, and what may be done to an instance."""

from __future__ import annotations

from simulator.world.autoscaling.group_records import Group
from simulator.world.autoscaling.group_shapes import group_shown, member_shown
from simulator.world.core.core import Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.core.paging import page
from simulator.world.parts import Parts


def describe_groups(world: Parts, params: Params, _actor: str) -> Output:
    """Unknown names are simply absent; 50 groups a page unless up to 100 are asked for.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
    """
    names = params.get("AutoScalingGroupNames") or list(world.groups.groups)
    rules = params.get("Filters", ())
    found = (world.groups.groups[name] for name in names if name in world.groups.groups)
    groups = [group for group in found if all(_passes(group, rule) for rule in rules)]
    size = min(params.get("MaxRecords") or 50, 100)
    shown, token = page(groups, params.get("NextToken"), size, error="InvalidNextToken")
    return {
        "AutoScalingGroups": [group_shown(world, group) for group in shown],
        **({"NextToken": token} if token else {}),
    }


def _passes(group: Group, rule: Params) -> bool:
    """By a tag's value; names and values of a filter are joined by or.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Filter.html
    """
    kind, _, key = rule["Name"].partition(":")
    if kind != "tag":
        raise AwsError("ValidationError", f"the simulator knows no filter {rule['Name']}")
    return group.tags.get(key) in rule["Values"]


def describe_instances(world: Parts, params: Params, _actor: str) -> Output:
    """Instances of no group are simply absent; at most 50, and one id that cannot be one refuses them all.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html
    """
    ids = params.get("InstanceIds")
    require_instance_ids(ids or [])
    if not ids:
        ids = [id_ for group in world.groups.groups.values() for id_ in group.members]
    found = (world.groups.member(id_) for id_ in ids)
    members = [member for member in found if member is not None and world.answers.group_knows(member.instance)]
    size = min(params.get("MaxRecords") or 50, 50)
    shown, token = page(members, params.get("NextToken"), size, error="InvalidNextToken")
    return {
        "AutoScalingInstances": [
            member_shown(member)
            | {
                "AutoScalingGroupName": member.group.name,
                "HealthStatus": "HEALTHY" if member.healthy else "UNHEALTHY",
            }
            for member in shown
        ],
        **({"NextToken": token} if token else {}),
    }


def set_instance_protection(world: Parts, params: Params, actor: str) -> Output:
    """All or nothing, at most 50 instances.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html
    """
    group = require_group(world, params["AutoScalingGroupName"])
    ids = params["InstanceIds"]
    if len(ids) > 50:
        raise AwsError("ValidationError", "The number of instance IDs exceeds the maximum of 50.")
    for instance_id in ids:
        member = group.members.get(instance_id)
        if member is None:
            message = f"The instance {instance_id} is not part of Auto Scaling group {group.name}."
            raise AwsError("ValidationError", message)
        if member.state != "InService" and not member.standby:
            message = f"The instance {instance_id} is not in InService or EnteringStandby or Standby."
            raise AwsError("ValidationError", message)
    for instance_id in ids:
        group.members[instance_id].protected = params["ProtectedFromScaleIn"]
        world.note(
            "scale_in_protection",
            instance=instance_id,
            protected=params["ProtectedFromScaleIn"],
            actor=actor,
        )
    return {}


def require_instance_ids(ids: list[str]) -> None:
    """XmlStringMaxLen19: the id of an ECS Anywhere host (`mi-` and 17 digits) is one character too long."""
    if len(ids) > 50:
        message = "The number of instance ids that may be passed in is limited to 50"
        raise AwsError("ValidationError", message)
    if any(not 1 <= len(id_) <= 19 for id_ in ids):
        raise AwsError(
            "ValidationError",
            f"1 validation error detected: Value '[{', '.join(ids)}]' at 'instanceIds' failed to satisfy constraint: "
            "Member must satisfy constraint: [Member must have length less than or equal to 19, Member must have "
            "length greater than or equal to 1, Member must satisfy regular expression pattern: "
            r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*]",
        )


def require_own(world: Parts, name: str) -> Group:
    """A group with an operator is changed by that principal alone; with which error AWS refuses others is not written.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Operator.html
    """
    group = require_group(world, name)
    if group.operator:
        raise AwsError("AccessDenied", f"Only {group.operator} may change {name}.")
    return group


def require_group(world: Parts, name: str) -> Group:
    try:
        return world.groups.groups[name]
    except KeyError:
        raise AwsError("ValidationError", "AutoScalingGroup name not found - no such group") from None


OPERATIONS = {
    "DescribeAutoScalingGroups": describe_groups,
    "DescribeAutoScalingInstances": describe_instances,
    "SetInstanceProtection": set_instance_protection,
}
