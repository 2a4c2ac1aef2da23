"""Auto Scaling answers about groups and instances, and what may be done to an instance."""

from __future__ import annotations

from simulator.world.autoscaling.group_records import Group, Member
from simulator.world.core.core import Output, Params
from simulator.world.core.errors import AwsError
from simulator.world.core.paging import page
from simulator.world.parts import Parts


def describe_groups(world: Parts, params: Params, _actor: str) -> Output:
    """Unknown names are simply absent; 50 groups a page unless up to 100 are asked for.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
    """
    names = params.get("AutoScalingGroupNames") or list(world.groups.groups)
    groups = [world.groups.groups[name] for name in names if name in world.groups.groups]
    size = min(params.get("MaxRecords") or 50, 100)
    shown, token = page(groups, params.get("NextToken"), size, error="InvalidNextToken")
    return {
        "AutoScalingGroups": [_group(world, group) for group in shown],
        **({"NextToken": token} if token else {}),
    }


def describe_instances(world: Parts, params: Params, _actor: str) -> Output:
    """Instances of no group are simply absent; at most 50.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html
    """
    ids = params.get("InstanceIds")
    if ids is not None and len(ids) > 50:
        raise AwsError("ValidationError", "The number of instance IDs exceeds the maximum of 50.")
    if not ids:
        ids = [id_ for group in world.groups.groups.values() for id_ in group.members]
    members = [member for id_ in ids if (member := world.groups.member(id_)) is not None]
    size = min(params.get("MaxRecords") or 50, 50)
    shown, token = page(members, params.get("NextToken"), size, error="InvalidNextToken")
    return {
        "AutoScalingInstances": [
            _member(member)
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
        if member.state != "InService":
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


def terminate_instance(world: Parts, params: Params, actor: str) -> Output:
    """Protection from scale-in does not stop this; the hooks do run.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
    """
    instance_id = params["InstanceId"]
    member = world.groups.member(instance_id)
    if member is None:
        message = f"Instance Id not found - No managed instance found for instance ID: {instance_id}"
        raise AwsError("ValidationError", message)
    group = member.group
    decrement = params["ShouldDecrementDesiredCapacity"]
    if decrement and group.desired <= group.minimum:
        raise AwsError(
            "ValidationError",
            f"Currently, desiredSize equals minSize ({group.minimum}). Terminating instance without replacement will "
            "violate group's min size constraint.",
        )
    if not member.leaving:
        group.desired -= decrement
        world.groups.terminate(member, actor)
        world.groups.reconcile(group)
    return {
        "Activity": {
            "ActivityId": world.uuid(),
            "AutoScalingGroupName": group.name,
            "Description": f"Terminating EC2 instance: {instance_id}",
            "Cause": f"At {world.clock.utc:%Y-%m-%dT%H:%M:%SZ} instance {instance_id} was taken out of service "
            "in response to a user request.",
            "StartTime": world.clock.utc,
            "StatusCode": "InProgress",
            "Progress": 0,
            "Details": "{}",
        }
    }


def require_group(world: Parts, name: str) -> Group:
    try:
        return world.groups.groups[name]
    except KeyError:
        raise AwsError("ValidationError", "AutoScalingGroup name not found - no such group") from None


def _member(member: Member) -> Output:
    return {
        "InstanceId": member.instance.id,
        "InstanceType": member.instance.shape.instance_type,
        "AvailabilityZone": member.instance.zone,
        "LifecycleState": member.state,
        "LaunchTemplate": _template(member.group, str(member.launched_from or 1)),
        "ProtectedFromScaleIn": member.protected,
    }


def _template(group: Group, version: str) -> Output:
    known = group.template.id if group.template else "lt-0abcdef1234567890"
    return {"LaunchTemplateId": known, "LaunchTemplateName": group.name, "Version": version}


def _group(world: Parts, group: Group) -> Output:
    tags = group.tags | ({"AmazonECSManaged": ""} if group.capacity_provider else {})
    return {
        "AutoScalingGroupName": group.name,
        "AutoScalingGroupARN": group.arn,
        "LaunchTemplate": _template(group, group.template_version),
        "MinSize": group.minimum,
        "MaxSize": group.maximum,
        "DesiredCapacity": group.desired,
        "DefaultCooldown": 300,
        "AvailabilityZones": list(group.zones),
        "LoadBalancerNames": [],
        "TargetGroupARNs": [],
        "HealthCheckType": "EC2",
        "HealthCheckGracePeriod": 0,
        "Instances": [
            _member(member) | {"HealthStatus": "Healthy" if member.healthy else "Unhealthy"}
            for member in group.members.values()
        ],
        "CreatedTime": world.moment(group.created_at_s),
        "SuspendedProcesses": [],
        "VPCZoneIdentifier": "subnet-12345678",
        "EnabledMetrics": [],
        "Tags": [
            {
                "ResourceId": group.name,
                "ResourceType": "auto-scaling-group",
                "Key": key,
                "Value": value,
                "PropagateAtLaunch": True,
            }
            for key, value in tags.items()
        ],
        "TerminationPolicies": ["Default"],
        "NewInstancesProtectedFromScaleIn": group.protects_new_instances,
        "CapacityRebalance": False,
        "TrafficSources": [],
    }


OPERATIONS = {
    "DescribeAutoScalingGroups": describe_groups,
    "DescribeAutoScalingInstances": describe_instances,
    "SetInstanceProtection": set_instance_protection,
    "TerminateInstanceInAutoScalingGroup": terminate_instance,
}
