"""A group with its history, its schedule and what it launches; one that cannot be asked costs no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ballast.aws.autoscaling import capacity_of
from ballast.aws.scaling_groups import look
from ballast.rebalance.snapshot import Group
from tests.aws_stubs import Stubs

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SOON = NOW + timedelta(minutes=45)


def a_group(name: str = "web", **how: Any) -> Any:
    own = {"AutoScalingGroupName": name, "DesiredCapacity": 4, "MinSize": 1, "MaxSize": 8, "Instances": []}
    return {**own, **how}


def answers(
    aws: Stubs,
    name: str = "web",
    *,
    activities: list[Any] | None = None,
    refresh: str = "Successful",
    actions: list[Any] | None = None,
) -> None:
    where = {"AutoScalingGroupName": name}
    told = {"Activities": [{**_REQUIRED, **each} for each in activities or []]}
    aws.answers("autoscaling", "describe_scaling_activities", {**where, "MaxRecords": 100}, told)
    refreshes = {"InstanceRefreshes": [{"Status": refresh}]}
    aws.answers("autoscaling", "describe_instance_refreshes", {**where, "MaxRecords": 1}, refreshes)
    aws.answers("autoscaling", "describe_scheduled_actions", where, {"ScheduledUpdateGroupActions": actions or []})


_REQUIRED = {"ActivityId": "1", "AutoScalingGroupName": "web", "StatusCode": "Successful"}


def seen(*described: Any) -> tuple[Group, ...]:
    return tuple(each.group for each in look(described, capacity_of(described), NOW))


def test_sizes_and_suspended_processes_are_those_of_the_description(aws: Stubs) -> None:
    answers(aws)

    [group] = seen(a_group(SuspendedProcesses=[{"ProcessName": "AlarmNotification"}]))

    assert (group.min_size, group.max_size, group.capacity.desired) == (1, 8, 4)
    assert group.suspended == {"AlarmNotification"}
    assert (group.refreshing, group.replacing, group.raises_at, group.offers) == (False, False, None, ())


@pytest.mark.parametrize("status", ["Pending", "InProgress", "Cancelling", "Baking", "RollbackInProgress"])
def test_an_instance_refresh_runs_until_it_has_ended(aws: Stubs, status: str) -> None:
    answers(aws, refresh=status)

    assert seen(a_group())[0].refreshing


@pytest.mark.parametrize(
    ("how", "replaces"),
    [
        ({"MaxInstanceLifetime": 86400}, True),
        ({"InstanceMaintenancePolicy": {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 110}}, True),
        ({"InstanceMaintenancePolicy": {"MinHealthyPercentage": 90, "MaxHealthyPercentage": 100}}, False),
        ({"InstanceMaintenancePolicy": {"MinHealthyPercentage": -1, "MaxHealthyPercentage": -1}}, False),
    ],
)
def test_a_group_replaces_by_its_lifetime_or_by_a_policy_to_launch_first(
    aws: Stubs, how: dict[str, Any], *, replaces: bool
) -> None:
    answers(aws)

    assert seen(a_group(**how))[0].replacing is replaces


@pytest.mark.parametrize(
    ("action", "raises"),
    [
        ({"MinSize": 2}, True),
        ({"DesiredCapacity": 5}, True),
        ({"DesiredCapacity": 4}, True),  # it would bring back what is given back till then
        ({"DesiredCapacity": 3, "MinSize": 1}, False),
        ({"MaxSize": 20}, False),
    ],
)
def test_a_scheduled_action_counts_if_it_makes_the_group_larger_than_it_will_be(
    aws: Stubs, action: dict[str, int], *, raises: bool
) -> None:
    gone = {**action, "StartTime": NOW - timedelta(hours=1)}
    answers(aws, actions=[gone, {**action, "StartTime": SOON + timedelta(hours=1)}, {**action, "StartTime": SOON}])

    assert seen(a_group())[0].raises_at == (SOON if raises else None)


def test_an_instance_that_ec2_took_counts_as_lost_spot_unless_the_group_is_known_to_buy_on_demand(aws: Stubs) -> None:
    why = "taken out of service in response to an EC2 health check indicating it has been terminated or stopped."
    mixed = {"LaunchTemplate": {"LaunchTemplateSpecification": {}, "Overrides": [{"InstanceType": "m7i.large"}]}}
    for _ in range(2):
        answers(aws, activities=[{"StartTime": NOW, "Cause": why}])

    unknown, on_demand = seen(a_group())[0], seen(a_group(MixedInstancesPolicy=mixed))[0]

    assert (unknown.spot_lost_at, on_demand.spot_lost_at) == (NOW, None)


def test_a_group_that_cannot_be_asked_is_unknown_and_the_others_are_not(aws: Stubs) -> None:
    aws.refuses("autoscaling", "describe_scaling_activities", "AccessDenied")
    answers(aws, "other")

    assert [group.name for group in seen(a_group(), a_group("other"))] == ["other"]


def test_where_its_template_does_not_answer_only_what_it_launches_is_unknown(aws: Stubs) -> None:
    answers(aws)
    aws.refuses("ec2", "describe_launch_template_versions", "UnauthorizedOperation")

    [group] = look([raw := a_group(LaunchTemplate={"LaunchTemplateId": "lt-1"})], capacity_of([raw]), NOW)

    assert (group.group.name, group.launches.types) == ("web", ())
