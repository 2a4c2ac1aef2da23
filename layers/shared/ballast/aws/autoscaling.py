"""Amazon EC2 Auto Scaling: groups, the instances in them, and our lifecycle hook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import batched
from typing import TYPE_CHECKING, Any

from ballast.aws.session import client
from ballast.errors import CallFailedError
from ballast.facts.capacity import GroupCapacity, ZonalShift
from ballast.facts.group import GroupMembership
from ballast.facts.view import is_ec2_instance
from ballast.policy.settings import CLUSTER_TAG

if TYPE_CHECKING:
    from ballast.aws.session import RawGroup

# https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html and siblings
INSTANCES_MOST = 50
GROUPS_MOST = 50
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
REPLACE = ("ReplaceUnhealthy", "Terminate")
UNASKED = ZonalShift(unknown="nobody has asked")  # Auto Scaling says whether a shift may be, not whether one is


def memberships(instance_ids: Iterable[str]) -> dict[str, GroupMembership]:
    """Of each instance that is in a group; the others are left out.

    Ids of another form are not sent: one that is too long has the whole call refused.
    """
    return {
        raw["InstanceId"]: GroupMembership(
            raw["AutoScalingGroupName"], raw["LifecycleState"], raw["ProtectedFromScaleIn"]
        )
        for some in batched(sorted({i for i in instance_ids if is_ec2_instance(i)}), INSTANCES_MOST, strict=False)
        for raw in client("autoscaling").describe_auto_scaling_instances(InstanceIds=list(some))["AutoScalingInstances"]
    }


def members(names: Iterable[str]) -> dict[str, GroupMembership]:
    """Every instance of these groups."""
    return members_of(groups(names))


def members_of(found: Iterable[RawGroup]) -> dict[str, GroupMembership]:
    """Every instance of groups as they are described, which is without their warm pools (`warm_pools`)."""
    return {raw["InstanceId"]: membership_in(group, raw) for group in found for raw in group["Instances"]}


def membership_in(group: RawGroup, raw: Mapping[str, Any]) -> GroupMembership:
    """Of one instance of the group, or of its warm pool, whose instances AWS shows without their protection."""
    return GroupMembership(
        group["AutoScalingGroupName"],
        raw["LifecycleState"],
        raw.get("ProtectedFromScaleIn", False),
        _operator(group),
        raw["AvailabilityZone"],
        _template(raw),
        healthy=raw["HealthStatus"].lower() != "unhealthy",
    )


def capacity_of(found: Iterable[RawGroup]) -> tuple[GroupCapacity, ...]:
    """What groups should have and have, as they are described."""
    return tuple(
        GroupCapacity(
            group["AutoScalingGroupName"],
            group["DesiredCapacity"],
            in_service=_in_state(group, "InService"),
            starting=_in_state(group, "Pending"),
            leaving=_in_state(group, "Terminating"),
            has_warm_pool="WarmPoolConfiguration" in group,
            launches_suspended=any(p.get("ProcessName") == "Launch" for p in group.get("SuspendedProcesses", [])),
            leaves_unhealthy=any(p.get("ProcessName") in REPLACE for p in group.get("SuspendedProcesses", [])),
            operator=_operator(group),
            zones=frozenset(group.get("AvailabilityZones", [])),
            max_size=group["MaxSize"],
            shift=UNASKED if group.get("AvailabilityZoneImpairmentPolicy", {}).get("ZonalShiftEnabled") else None,
        )
        for group in found
    )


def with_warm(capacity: Sequence[GroupCapacity], instance_ids: Iterable[str]) -> tuple[GroupCapacity, ...]:
    """With those of the instances that are in the groups' warm pools, of which the description of a group has the size only.

    Nothing is asked where no group has one. The states of each instance:
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingInstanceDetails.html
    """
    listed = {i for group in capacity for i in group.members}
    wanted = set(instance_ids) - listed if any(group.has_warm_pool for group in capacity) else set()
    warm = {i: m.group for i, m in memberships(wanted).items() if m.in_warm_pool}
    return tuple(replace(group, warm=frozenset(i for i in warm if warm[i] == group.group)) for group in capacity)


def _in_state(group: RawGroup, state: str) -> frozenset[str]:
    """Of a lifecycle state and those that follow from it, such as Pending:Wait."""
    return frozenset(i["InstanceId"] for i in group["Instances"] if i["LifecycleState"].partition(":")[0] == state)


def _template(raw: Mapping[str, Any]) -> str | None:
    """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Instance.html: its version is a number."""
    template = raw.get("LaunchTemplate")
    return f"{template.get('LaunchTemplateId', '')}:{template.get('Version', '')}" if template else None


def templates_of(found: Iterable[RawGroup]) -> dict[str, Mapping[str, Any]]:
    """The one launch template of each group, as the group names it; of a group with several, or none, nothing."""
    return {group["AutoScalingGroupName"]: template for group in found if (template := _one_template(group))}


def _one_template(group: RawGroup) -> Mapping[str, Any] | None:
    mixed: Any = group.get("MixedInstancesPolicy", {}).get("LaunchTemplate", {})
    if any("LaunchTemplateSpecification" in each for each in mixed.get("Overrides", [])):
        return None
    return mixed.get("LaunchTemplateSpecification") or group.get("LaunchTemplate")


def _operator(group: RawGroup) -> str | None:
    return group.get("Operator", {}).get("Principal")


def operators_of(found: Iterable[RawGroup]) -> dict[str, str]:
    """Who alone may change a group, by the names of those that have an operator."""
    return {group["AutoScalingGroupName"]: operator for group in found if (operator := _operator(group))}


def tags_of(found: Iterable[RawGroup]) -> dict[str, dict[str, str]]:
    """The tags of groups as they are described, by their names."""
    return {
        group["AutoScalingGroupName"]: {tag["Key"]: tag.get("Value", "") for tag in group.get("Tags", [])}
        for group in found
    }


def groups(names: Iterable[str]) -> Iterator[RawGroup]:
    """As DescribeAutoScalingGroups describes them."""
    pages = client("autoscaling").get_paginator("describe_auto_scaling_groups")
    for some in batched(sorted(set(names)), GROUPS_MOST, strict=False):
        for page in pages.paginate(AutoScalingGroupNames=list(some)):
            yield from page["AutoScalingGroups"]


def tagged_groups(cluster: str) -> list[str]:
    """Names of the groups that an operator has tagged as the cluster's: one that stands empty shows nothing else of it.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Filter.html
    """
    every = client("autoscaling").get_paginator("describe_auto_scaling_groups")
    pages = every.paginate(Filters=[{"Name": f"tag:{CLUSTER_TAG}", "Values": [cluster]}])
    return [group["AutoScalingGroupName"] for page in pages for group in page["AutoScalingGroups"]]


def set_protection(group: str, instance_id: str, *, protected: bool) -> None:
    unless_over(
        client("autoscaling").set_instance_protection,
        AutoScalingGroupName=group,
        InstanceIds=[instance_id],
        ProtectedFromScaleIn=protected,
    )


def terminate(instance_id: str) -> None:
    """Have the group replace the instance: its desired capacity stays."""
    unless_over(
        client("autoscaling").terminate_instance_in_auto_scaling_group,
        InstanceId=instance_id,
        ShouldDecrementDesiredCapacity=False,
    )


def unless_over(call: Callable[..., Any], **params: Any) -> None:
    """ValidationError is how Auto Scaling says that there is no such action, instance or group any more."""
    try:
        call(**params)
    except CallFailedError as error:
        if error.code != "ValidationError":
            raise
