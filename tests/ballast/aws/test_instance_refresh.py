"""Instance refreshes of Auto Scaling groups."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ballast.aws import instance_refresh
from ballast.errors import CallFailedError
from ballast.facts.refresh import Refresh, RefreshPreferences
from tests.aws_stubs import Stubs
from tests.ballast.aws.launches import LT, NAMED, SPECIFICATION, group_is, version_is_made, wanted

PREFERENCES = RefreshPreferences(125, 10, skip_matching=True, auto_rollback=True, warmup_s=600)
STARTED: dict[str, Any] = {
    "AutoScalingGroupName": "web",
    "Strategy": "Rolling",
    "Preferences": {
        "MinHealthyPercentage": 100,
        "MaxHealthyPercentage": 125,
        "InstanceWarmup": 600,
        "CheckpointPercentages": [10],
        "CheckpointDelay": 0,
        "SkipMatching": True,
        "AutoRollback": True,
        "ScaleInProtectedInstances": "Refresh",
        "StandbyInstances": "Ignore",
    },
}


def test_a_refresh_launches_before_it_terminates_and_replaces_protected_instances_too(aws: Stubs) -> None:
    version_is_made(aws, "3")
    group_is(aws, LaunchTemplate=SPECIFICATION)
    desired = {"LaunchTemplate": {"LaunchTemplateId": LT, "Version": "4"}}
    aws.answers(
        "autoscaling",
        "start_instance_refresh",
        {**STARTED, "DesiredConfiguration": desired},
        {"InstanceRefreshId": "08b91cf7-8fa6-48af-b6a6-d227f40f1b9b"},
    )

    instance_refresh.start("web", wanted(NAMED), PREFERENCES)


def test_a_refresh_that_runs_already_is_left_alone(aws: Stubs) -> None:
    aws.refuses("autoscaling", "start_instance_refresh", "InstanceRefreshInProgress", STARTED)

    instance_refresh.start("web", None, PREFERENCES)


def test_a_refresh_that_is_refused_for_another_reason_is_an_error(aws: Stubs) -> None:
    aws.refuses("autoscaling", "start_instance_refresh", "ValidationError", STARTED)

    with pytest.raises(CallFailedError, match="ValidationError"):
        instance_refresh.start("web", None, PREFERENCES)


def test_cancelling_what_is_over_is_no_error(aws: Stubs) -> None:
    group = {"AutoScalingGroupName": "web"}
    aws.refuses("autoscaling", "cancel_instance_refresh", "ActiveInstanceRefreshNotFound", group)
    instance_refresh.cancel("web")

    aws.answers("autoscaling", "cancel_instance_refresh", group, {"InstanceRefreshId": "x"})
    instance_refresh.cancel("web")


def test_the_newest_refresh_of_each_group_is_read_and_groups_without_one_are_left_out(aws: Stubs) -> None:
    begun = datetime(2026, 11, 23, 9, tzinfo=UTC)
    raw = {
        "AutoScalingGroupName": "web", "InstanceRefreshId": "x", "Status": "Failed", "StartTime": begun,
        "PercentageComplete": 50, "StatusReason": "why",
    }  # fmt: skip
    for group, found in (("api", []), ("web", [raw])):
        asked = {"AutoScalingGroupName": group, "MaxRecords": 1}
        aws.answers("autoscaling", "describe_instance_refreshes", asked, {"InstanceRefreshes": found})

    assert instance_refresh.newest(["web", "api"]) == (Refresh("web", "x", "Failed", begun, 50, "why"),)


def test_a_refresh_that_is_pending_has_no_start_time_yet(aws: Stubs) -> None:
    raw = {"AutoScalingGroupName": "web", "InstanceRefreshId": "x", "Status": "Pending"}
    asked = {"AutoScalingGroupName": "web", "MaxRecords": 1}
    aws.answers("autoscaling", "describe_instance_refreshes", asked, {"InstanceRefreshes": [raw]})

    assert instance_refresh.newest(["web"]) == (Refresh("web", "x", "Pending", None),)
