"""Capacity providers, with who scales them and how far."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ballast.aws.capacity_providers import providers_of
from ballast.errors import TransientError
from ballast.rebalance.snapshot import Provider
from tests.aws_stubs import Stubs

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
GROUP = "arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:1:autoScalingGroupName/web"


def cluster_is(aws: Stubs, *names: str, attachments: str = "UPDATE_COMPLETE") -> None:
    answer = {"clusters": [{"capacityProviders": list(names), "attachmentsStatus": attachments}]}
    aws.answers("ecs", "describe_clusters", {"clusters": ["prod"], "include": ["ATTACHMENTS"]}, answer)


def describes(aws: Stubs, *described: dict[str, Any]) -> None:
    names = [each["name"] for each in described]
    asked = {"cluster": "prod", "capacityProviders": names}
    aws.answers("ecs", "describe_capacity_providers", asked, {"capacityProviders": list(described)})


def on_group(status: str = "ENABLED", **more: Any) -> dict[str, Any]:
    scaling = {"status": status, "targetCapacity": 90}
    group = {"autoScalingGroupArn": GROUP, "managedScaling": scaling, "managedTerminationProtection": "ENABLED"}
    return {"name": "web", "autoScalingGroupProvider": group, **more}


def test_managed_scaling_is_told_with_its_target_and_reservation(aws: Stubs) -> None:
    cluster_is(aws, "web")
    describes(aws, on_group())
    aws.stub("cloudwatch").add_response(
        "get_metric_data", {"MetricDataResults": [{"Id": "p0", "Values": [88.9, 90.0]}]}
    )

    assert providers_of("prod", NOW) == (Provider("web", "web", "EC2", target_percent=90, reservation=88.9),)


def test_a_reservation_that_cannot_be_read_is_unknown(aws: Stubs) -> None:
    cluster_is(aws, "web")
    describes(aws, on_group())
    aws.refuses("cloudwatch", "get_metric_data", "AccessDenied")

    assert providers_of("prod", NOW)[0].reservation is None


def test_without_managed_scaling_nothing_is_asked_of_cloudwatch(aws: Stubs) -> None:
    cluster_is(aws, "web", "FARGATE", "managed")
    describes(aws, on_group("DISABLED"), {"name": "FARGATE"}, {"name": "managed", "managedInstancesProvider": {}})

    web, fargate, managed = providers_of("prod", NOW)

    assert (web.managed_scaling, fargate.kind, managed.kind) == (False, "AWS Fargate", "ECS Managed Instances")


def test_one_that_is_being_changed_says_so_and_so_do_the_attachments_of_its_cluster(aws: Stubs) -> None:
    cluster_is(aws, "web", attachments="UPDATE_IN_PROGRESS")
    describes(aws, on_group("DISABLED"))
    cluster_is(aws, "web")
    describes(aws, on_group("DISABLED", updateStatus="DELETE_IN_PROGRESS"))

    assert [providers_of("prod", NOW)[0].updating for _ in range(2)] == ["UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"]


def test_a_provider_that_ecs_does_not_describe_leaves_no_group_that_looks_as_if_nobody_scaled_it(aws: Stubs) -> None:
    cluster_is(aws, "web")
    asked = {"cluster": "prod", "capacityProviders": ["web"]}
    aws.answers("ecs", "describe_capacity_providers", asked, {"capacityProviders": []})
    aws.answers("ecs", "describe_clusters", {"clusters": ["prod"], "include": ["ATTACHMENTS"]}, {"clusters": []})

    with pytest.raises(TransientError, match="does not describe capacity provider web"):
        providers_of("prod", NOW)
    with pytest.raises(TransientError, match="does not describe cluster prod"):
        providers_of("prod", NOW)
