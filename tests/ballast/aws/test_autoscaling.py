"""Amazon EC2 and Auto Scaling: states, memberships, and what is done with an instance of a group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ballast.aws import autoscaling, lifecycle_hooks
from ballast.errors import CallFailedError
from ballast.facts.group import GroupMembership
from tests.aws_stubs import Stubs

ID = "i-0123456789abcdef0"


def a_member(instance_id: str, state: str = "InService", *, protected: bool = False) -> dict[str, Any]:
    return {
        "InstanceId": instance_id,
        "LifecycleState": state,
        "ProtectedFromScaleIn": protected,
        "AvailabilityZone": "eu-central-1a",
        "HealthStatus": "HEALTHY",
    }


def test_memberships_are_asked_for_fifty_at_a_time(aws: Stubs) -> None:
    ids = [f"i-{number:08}" for number in range(51)]
    found = a_member("i-00000000", "Terminating:Wait", protected=True) | {"AutoScalingGroupName": "web"}
    for some, answer in ((ids[:50], [found]), (ids[50:], [])):
        asked = {"InstanceIds": some}
        aws.answers("autoscaling", "describe_auto_scaling_instances", asked, {"AutoScalingInstances": answer})

    assert autoscaling.memberships(ids) == {
        "i-00000000": GroupMembership("web", "Terminating:Wait", protected_from_scale_in=True)
    }


def a_group(name: str, *members: dict[str, Any]) -> dict[str, Any]:
    return {
        "AutoScalingGroupName": name,
        "MinSize": 0,
        "MaxSize": 9,
        "DesiredCapacity": len(members),
        "DefaultCooldown": 300,
        "AvailabilityZones": ["eu-central-1a"],
        "HealthCheckType": "EC2",
        "CreatedTime": 0,
        "Instances": list(members),
    }


def test_the_members_of_all_groups_and_pages_are_found(aws: Stubs) -> None:
    asked = {"AutoScalingGroupNames": ["batch", "web"]}
    first = {"AutoScalingGroups": [a_group("batch", a_member("i-1"))], "NextToken": "more"}
    second = {"AutoScalingGroups": [a_group("web", a_member("i-2", "Terminating:Wait"))]}
    aws.answers("autoscaling", "describe_auto_scaling_groups", asked, first)
    aws.answers("autoscaling", "describe_auto_scaling_groups", asked | {"NextToken": "more"}, second)

    assert autoscaling.members(["web", "batch"]) == {
        "i-1": GroupMembership("batch", "InService", zone="eu-central-1a"),
        "i-2": GroupMembership("web", "Terminating:Wait", zone="eu-central-1a"),
    }


def test_of_an_instance_that_is_shown_without_its_protection_none_is_known() -> None:
    """The user guide shows instances of a warm pool so, although the API calls that required.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pools-health-checks-monitor-view-status.html
    """
    group: Any = a_group("web")
    shown = a_member("i-1", "Warmed:Stopped")
    del shown["ProtectedFromScaleIn"]

    assert not autoscaling.membership_in(group, shown).protected_from_scale_in


def test_who_alone_may_change_a_group_is_known_of_it_and_of_its_members() -> None:
    operated: Any = a_group("web", a_member("i-1")) | {"Operator": {"Principal": "batch.amazonaws.com"}}
    found: Any = [operated, a_group("batch", a_member("i-2"))]

    assert autoscaling.operators_of(found) == {"web": "batch.amazonaws.com"}
    assert {i: m.operator for i, m in autoscaling.members_of(found).items()} == {
        "i-1": "batch.amazonaws.com",
        "i-2": None,
    }
    assert [c.operator for c in autoscaling.capacity_of([operated | {"DesiredCapacity": 1}])] == ["batch.amazonaws.com"]


def test_of_a_group_with_a_warm_pool_it_is_asked_who_waits_there(aws: Stubs) -> None:
    pooled = a_group("web", a_member("i-00000001", "InService")) | {"WarmPoolConfiguration": {"PoolState": "Stopped"}}
    groups: Any = [pooled, a_group("batch")]
    capacity = autoscaling.capacity_of(groups)
    asked = {"InstanceIds": ["i-00000002", "i-00000003"]}
    members = [a_member("i-00000002", "Warmed:Stopped") | {"AutoScalingGroupName": "web"}]
    aws.answers("autoscaling", "describe_auto_scaling_instances", asked, {"AutoScalingInstances": members})

    found = autoscaling.with_warm(capacity, ["i-00000001", "i-00000002", "i-00000003"])

    assert [group.warm for group in found] == [{"i-00000002"}, frozenset()]


def test_where_no_group_has_a_warm_pool_nobody_is_asked_who_waits_there() -> None:
    groups: Any = [a_group("web")]
    capacity = autoscaling.capacity_of(groups)

    assert autoscaling.with_warm(capacity, ["i-00000001"]) == capacity


def test_the_one_launch_template_of_a_group_is_told_as_the_group_names_it() -> None:
    plain: Any = {"AutoScalingGroupName": "web", "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "$Latest"}}

    def mixed(*overrides: Any) -> Any:
        template = {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-2"}, "Overrides": list(overrides)}
        return {"AutoScalingGroupName": "batch", "MixedInstancesPolicy": {"LaunchTemplate": template}}

    assert autoscaling.templates_of([plain, mixed({"InstanceType": "m7i.large"})]) == {
        "web": plain["LaunchTemplate"],
        "batch": {"LaunchTemplateId": "lt-2"},
    }
    assert autoscaling.templates_of([mixed({"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-3"}})]) == {}
    old: Any = {"AutoScalingGroupName": "old", "LaunchConfigurationName": "a"}
    assert autoscaling.templates_of([old]) == {}


def test_the_tags_of_a_group_are_read_by_its_name(aws: Stubs) -> None:
    def tag(key: str, **value: str) -> dict[str, Any]:
        return {"ResourceId": "web", "ResourceType": "auto-scaling-group", "Key": key, **value}

    tagged = a_group("web") | {"Tags": [tag("ballast:managed", Value="true"), tag("AmazonECSManaged")]}
    found = {"AutoScalingGroups": [tagged, a_group("batch")]}
    asked = {"AutoScalingGroupNames": ["batch", "web"]}
    aws.answers("autoscaling", "describe_auto_scaling_groups", asked, found)

    assert autoscaling.tags_of(autoscaling.groups(["web", "batch"])) == {
        "web": {"ballast:managed": "true", "AmazonECSManaged": ""},
        "batch": {},
    }


def test_protection_and_replacement_keep_the_desired_capacity(aws: Stubs) -> None:
    protect = {"AutoScalingGroupName": "web", "InstanceIds": [ID], "ProtectedFromScaleIn": False}
    aws.answers("autoscaling", "set_instance_protection", protect, {})
    replace = {"InstanceId": ID, "ShouldDecrementDesiredCapacity": False}
    aws.answers("autoscaling", "terminate_instance_in_auto_scaling_group", replace, {})

    autoscaling.set_protection("web", ID, protected=False)
    autoscaling.terminate(ID)


CALLS: dict[str, Callable[[], None]] = {
    "complete_lifecycle_action": lambda: lifecycle_hooks.continue_termination("web", "ballast-drain", ID, None),
    "record_lifecycle_action_heartbeat": lambda: lifecycle_hooks.send_heartbeat("web", "ballast-drain", ID, None),
    "set_instance_protection": lambda: autoscaling.set_protection("web", ID, protected=True),
    "terminate_instance_in_auto_scaling_group": lambda: autoscaling.terminate(ID),
}


@pytest.mark.parametrize("method", CALLS)
def test_an_action_that_is_over_already_is_fine_and_any_other_error_is_not(aws: Stubs, method: str) -> None:
    aws.refuses("autoscaling", method, "ValidationError")  # "No active Lifecycle Action found"
    aws.refuses("autoscaling", method, "ResourceContention")

    CALLS[method]()
    with pytest.raises(CallFailedError, match="ResourceContention"):
        CALLS[method]()


@pytest.mark.usefixtures("aws")
def test_ids_that_are_not_of_ec2_are_never_sent() -> None:
    assert autoscaling.memberships(["mi-0123456789abcdef0", ""]) == {}


def test_a_group_that_stands_empty_is_found_by_its_tag(aws: Stubs) -> None:
    asked = {"Filters": [{"Name": "tag:ballast:cluster", "Values": ["prod"]}]}
    aws.answers("autoscaling", "describe_auto_scaling_groups", asked, {"AutoScalingGroups": [a_group("lean")]})

    assert autoscaling.tagged_groups("prod") == ["lean"]
